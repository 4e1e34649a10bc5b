begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 30, '2030-03-01 00:00Z')
\gset pack_
select credits_tests.job(:'profile', 120) as job \gset

select is(credits_tests.packs(:'profile'), '0 0', '50 + 30 + 40 perpetual');
select credits_tests.settle(:'job', 60) as done \gset
select is(credits_tests.packs(:'profile'), '0 20', '40 perpetual come back, then 20 of the last');
select is(credits_tests.buckets(:'profile'), '0 + 120', 'the bucket has both');
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"addon_deducted": 60, "pack_deducted": 80}', 'the job'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
