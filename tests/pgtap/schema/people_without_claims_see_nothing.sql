begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.person() as person, credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.seen_by(:'person', format('select count(*) from credits.%I', r.relation)),
  '0',
  r.relation
)
from unnest(array['profiles', 'jobs', 'ledger', 'balances', 'ledger_entries']) r (relation);

select * from finish();
rollback;
