begin;
\ir ../helpers.psql
select plan(15);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(300, 1000) as profile, credits_tests.profile(0, 0) as other
\gset
select credits_tests.job(:'profile', 100) as refunded, credits_tests.job(:'profile', 100) as parted,
       credits_tests.job(:'profile', 50) as undone, credits_tests.job(:'profile', 100) as settled,
       credits_tests.hold(:'profile', 150, interval '1 hour') as held,
       credits_tests.hold(:'profile', 30, interval '2 hours') as swept
\gset
select credits_tests.move(:'profile', :'other') as done \gset
select is(credits_tests.buckets(:'other'), '0 + 770', 'what was left is there at once');

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
  '{"monthly_refunded": 100, "previous_balance": 0, "new_balance": 100}',
  'the answer of a refund is about its profile'
);
select is(credits_tests.buckets(:'other'), '100 + 770', 'what it gave back is not');
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
  '{"monthly_refunded": 100, "new_balance": 100, "replayed": true}', 'it is replayed'
);
select is(credits_tests.buckets(:'other'), '100 + 770', 'and follows once');
select credits_tests.refund(:'parted', 30, 'part') as done \gset
select is(credits_tests.buckets(:'other'), '130 + 770', 'a part follows');
select credits_tests.roll_back(:'undone') as done \gset
select is(credits_tests.buckets(:'other'), '180 + 770', 'a rollback follows');
select credits_tests.settle(:'settled', 10) as done \gset
select is(credits_tests.buckets(:'other'), '220 + 820', 'what settling gives back follows');
select credits_tests.set_time('2030-01-01 01:00Z') as now \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 0, "held": 30}', 'a balance that finds an overdue hold'
);
select is(credits_tests.buckets(:'other'), '220 + 970', 'an expired hold follows');
select credits_tests.set_time('2030-01-01 02:00Z') as now \gset
select is(
  (select count(*)::integer from credits.expire_holds()), 1, 'a sweeper finds the other one'
);
select is(credits_tests.buckets(:'other'), '220 + 1000', 'what it gives back follows');
select is(
  credits_tests.answers('settle_job_many', jsonb_build_array(
    jsonb_build_object('job_id', :'parted', 'actual_cost', 20))) #> '{settlement, monthly_refunded}',
  '50', 'a batch'
);
select is(credits_tests.buckets(:'other'), '270 + 1000', 'what a batch gives back follows');
select credits_tests.sound(null, 'all books are sound');

select * from finish();
rollback;
