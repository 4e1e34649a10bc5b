begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, gen_random_uuid() as job \gset
select format('credits.get_balance(%L)', :'profile') as balance \gset

select credits_tests.answer(format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'job'))
  as done \gset
select credits_tests.shows(
  credits_tests.answer(:'balance'),
  '{"credits_remaining": 0, "addon_credits": 3500, "available": 3500, "seq": 2}',
  'after reserve_credits'
);
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset
select credits_tests.shows(
  credits_tests.answer(:'balance'),
  '{"credits_remaining": 0, "addon_credits": 4200, "available": 4200, "seq": 3}',
  'after grant_addon'
);
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset
select credits_tests.shows(
  credits_tests.answer(:'balance'),
  '{"credits_remaining": 100, "addon_credits": 5700, "available": 5800, "seq": 4}',
  'after refund_job'
);
select credits_tests.roll_back(:'job') as done \gset
select credits_tests.shows(
  credits_tests.answer(:'balance'),
  '{"credits_remaining": 500, "addon_credits": 5700, "available": 6200, "seq": 5}',
  'after rollback_reservation'
);

select * from finish();
rollback;
