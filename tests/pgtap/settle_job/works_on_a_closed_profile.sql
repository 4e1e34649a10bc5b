begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as less, credits_tests.job(:'profile', 10) as more \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 700)', :'less')),
  '{"addon_refunded": 1300}', 'settles for less'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 20)', :'more')),
  '{"addon_deducted": 20, "shortfall": 0}', 'settles for more'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
