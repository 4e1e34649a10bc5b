begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile, credits_tests.profile(0, 0) as other
\gset
select credits_tests.job(:'profile', 100) as job,
       credits_tests.pack(:'other', 30, '2030-01-02Z') as pack
\gset
select credits_tests.move(:'profile', :'other') as done \gset
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset
select credits_tests.refund(:'job') as done \gset

select is(
  credits_tests.history(:'other'), 'grant +0 +30, lapse +0 -30, move +0 +100',
  'the successor is brought up to date first'
);
select credits_tests.sound(null);

select * from finish();
rollback;
