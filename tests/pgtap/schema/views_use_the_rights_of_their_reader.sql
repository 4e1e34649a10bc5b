begin;
\ir ../helpers.psql
select plan(12);

select credits_tests.member_of(variadic '{}') as person,
       credits_tests.profile(500, 5000) as profile
\gset
select format('grant usage on schema credits to %1$I;
               grant select on credits.balances, credits.ledger_entries, credits.daily_flows,
               credits.job_flows, credits.usage_daily, credits.metrics to %1$I', :'person')
\gexec

select is(
  credits_tests.outcome(:'person', format('select from credits.%I', v.name)), '42501',
  format('%s shows nothing to a role that may not read its table', v.name)
)
from unnest(array['balances', 'ledger_entries', 'daily_flows', 'job_flows', 'usage_daily',
                  'metrics']) v (name);
select is(
  (select 'security_invoker=true' = any(c.reloptions)
     from pg_catalog.pg_class c
    where c.oid = format('credits.%I', v.name)::regclass),
  true,
  format('%s is security_invoker', v.name)
)
from unnest(array['balances', 'ledger_entries', 'daily_flows', 'job_flows', 'usage_daily',
                  'metrics']) v (name);

select * from finish();
rollback;
