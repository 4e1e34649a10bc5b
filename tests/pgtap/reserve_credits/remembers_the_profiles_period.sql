begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
update credits.profiles p set period_start = '2024-02-01 00:00:00+00' where p.id = :'profile';
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  (select j.period_start from credits.jobs j where j.id = :'job'),
  '2024-02-01 00:00:00+00'::timestamptz,
  'the job keeps the period it was reserved in'
);

select * from finish();
rollback;
