begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_with_a_job() as profile, credits_tests.old_id('A') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 3000)', :'job')),
  '{"cost": 3000, "monthly_deducted": 500, "addon_deducted": 2500, "previous_balance": 3500,
    "new_balance": 2500}',
  'from what is there now'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 2600, %L)', :'job', 'part-1')),
  '{"monthly_refunded": 100, "addon_refunded": 2500, "breakdown_source": "ledger"}',
  'a refund returns the last of it first'
);
select credits_tests.refund(:'job') as done \gset
select is(
  credits_tests.buckets(:'profile'), '500 + 5000', 'all that it took before and after the import'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
