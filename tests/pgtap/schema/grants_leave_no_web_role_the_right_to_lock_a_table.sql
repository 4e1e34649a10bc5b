begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.web_roles() as roles \gset
grant usage on schema credits to anon, authenticated, service_role;
grant all on all tables in schema credits to anon, authenticated, service_role;
\ir ../../../sql/grants.sql

select is(
  credits_tests.outcome(r.role, format('lock table credits.%I in exclusive mode', t.name)),
  '42501',
  format('%s cannot stop all writers of %s', r.role, t.name)
)
from unnest(array['anon', 'authenticated', 'service_role']) r (role),
     unnest(array['profiles', 'jobs', 'ledger']) t (name);

select * from finish();
rollback;
