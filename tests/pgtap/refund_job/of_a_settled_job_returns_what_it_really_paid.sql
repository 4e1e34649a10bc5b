begin;
\ir ../helpers.psql
select plan(17);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.settle(credits_tests.job(:'profile', 2000)) as job \gset
select credits_tests.job_row(:'job') ->> 'finished_at' as finished_at \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 500, "addon_refunded": 1500, "replayed": false}',
  'everything comes back'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  jsonb_build_object('state', 'refunded', 'settled_cost', 2000, 'finished_at', :'finished_at'),
  'the job keeps its settled cost and when it finished'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'to the buckets it came from');

-- A job that settled for less than it reserved.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.settle(:'job', 700) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 250, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 50, "addon_refunded": 200}',
  'what was left over came back at once; now addon before monthly'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, 451, %L)', :'job', 'part-2'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 451, "refundable": 450}',
  'no more than it settled at'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "amount": 450, "monthly_refunded": 450, "addon_refunded": 0}', 'the rest'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.shows(
  credits_tests.job_row(:'job') -> 'meta_json',
  '{"credit_cost": 700, "credits_refunded": true, "monthly_refunded": 500, "addon_refunded": 200}',
  'the metadata counts from the settlement'
);
select credits_tests.sound(:'profile');

-- A job that settled for more than there was.
select credits_tests.profile(0, 100) as profile \gset
select credits_tests.job(:'profile', 60) as job \gset
select credits_tests.settle(:'job', 150) as done \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 101, %L)', :'job', 'part-1'),
  'PT409', 'refund_exceeds_deduction', '{"amount": 101, "refundable": 100}',
  'nobody paid the shortfall'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"amount": 100, "new_balance": 100}', 'all that was paid'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "refunded", "shortfall": 50, "settled_cost": 150}',
  'the job keeps its shortfall'
);
select credits_tests.sound(:'profile');

-- A job that settled after its hold had expired.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as job,
       credits_tests.set_time('2030-01-01 01:00Z') as later
\gset
select credits_tests.settle(:'job', 900) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 500, %L)', :'job', 'part-1')),
  '{"state": "settled", "monthly_refunded": 100, "addon_refunded": 400}', 'a part'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 400, "addon_refunded": 0}', 'the rest'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'everything is back');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
