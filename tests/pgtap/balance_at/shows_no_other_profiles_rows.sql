begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(1, 2) as profile, credits_tests.profile(3, 4) as other
\gset
select credits_tests.job(:'other', 7) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', 'infinity')),
  '{"credits_remaining": 1, "addon_credits": 2, "seq": 1}', 'its own only'
);

select * from finish();
rollback;
