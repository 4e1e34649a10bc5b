begin;
\ir ../helpers.psql
select plan(13);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.job(:'profile', 300) as same, credits_tests.job(:'profile', 100) as less,
       credits_tests.job(:'profile', 100) as more, credits_tests.hold(:'profile', 0, '1 hour') as late
\gset
select credits_tests.raise_job(:'same', 400), credits_tests.raise_job(:'less', 1000),
       credits_tests.raise_job(:'more', 200), credits_tests.raise_job(:'late', 700)
\gset done_
select is(credits_tests.buckets(:'profile'), '0 + 3200', 'before they settle');

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'same')),
  '{"settled_cost": 400, "monthly_deducted": 300, "addon_deducted": 100, "monthly_refunded": 0}',
  'without a cost: at what the job holds'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 50)', :'less')),
  '{"settled_cost": 50, "monthly_deducted": 50, "addon_deducted": 0, "monthly_refunded": 50,
    "addon_refunded": 900}',
  'for less: the first credits stay taken'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 350)', :'more')),
  '{"settled_cost": 350, "monthly_deducted": 150, "addon_deducted": 200, "previous_balance": 4150,
    "new_balance": 4000}',
  'for more: the difference to all that was drawn'
);
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'late')),
  '{"settled_cost": 700, "late": true, "addon_deducted": 700}',
  'late and without a cost: what it held, raises included'
);
select credits_tests.sound(:'profile', 'all of them settled');

select credits_tests.shows(
  credits_tests.job_row(:'less'),
  '{"reserved_cost": 1000, "raised": 900, "settled_cost": 50, "monthly_deducted": 50}',
  'a settled job keeps what it was raised by'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', c.job, c.amount, 'part-1')),
  c.answer, c.what
)
from (values
  (:'same', 150, '{"monthly_refunded": 50, "addon_refunded": 100}'::jsonb, 'the raise first'),
  (:'less', 50, '{"monthly_refunded": 50, "addon_refunded": 0}', 'nothing of the raise is left'),
  (:'more', 300, '{"monthly_refunded": 100, "addon_refunded": 200}',
   'settling, then the raise, then the reservation'),
  (:'late', 700, '{"monthly_refunded": 0, "addon_refunded": 700}', 'what was drawn anew')
) c (job, amount, answer, what);
select credits_tests.refund(:'same'), credits_tests.refund(:'more') \gset done_
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
