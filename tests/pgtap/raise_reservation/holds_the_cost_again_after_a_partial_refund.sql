begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 700) as job \gset
select credits_tests.refund(:'job', 250, 'part-1') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 450)', :'job')),
  '{"cost": 450, "monthly_deducted": 450, "addon_deducted": 0, "replayed": true}',
  'what went back is not held any more'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 700)', :'job')),
  '{"cost": 700, "monthly_deducted": 500, "addon_deducted": 200, "previous_balance": 5050,
    "new_balance": 4800, "replayed": false}',
  'so it is drawn again'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"reserved_cost": 950, "raised": 250, "monthly_deducted": 550, "addon_deducted": 400,
    "monthly_refunded": 50, "addon_refunded": 200}',
  'the columns count all that was taken, and all that came back'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 220, %L)', :'job', 'part-2')),
  '{"monthly_refunded": 20, "addon_refunded": 200}', 'the last draw comes back first'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
