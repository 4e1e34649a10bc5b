begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.member_of('credits_reader') as reader,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other
\gset
select credits_tests.job(:'profile', 2000), credits_tests.job(:'other', 10) as other_job \gset

select is(
  credits_tests.seen_by(:'reader', format('select count(*) from credits.%I', t.name)),
  t.rows,
  t.name
)
from (select 'profiles' as name, count(*)::text as rows from credits.profiles
      union all
      select 'jobs', count(*)::text from credits.jobs
      union all
      select 'ledger', count(*)::text from credits.ledger
      union all
      select 'balances', count(*)::text from credits.profiles
      union all
      select 'ledger_entries', count(*)::text from credits.ledger) t;

select * from finish();
rollback;
