begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job, credits_tests.job(:'profile', 1000) as in_part
\gset
select credits_tests.refund(:'in_part', 300, 'part-1') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'job')),
  '{"settled_cost": 2000, "monthly_deducted": 500, "addon_deducted": 1500, "shortfall": 0}',
  'a whole job'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'in_part')),
  '{"settled_cost": 700, "monthly_deducted": 0, "addon_deducted": 700, "addon_refunded": 0}',
  'a partly refunded job'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
