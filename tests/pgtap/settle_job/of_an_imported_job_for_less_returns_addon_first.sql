begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported_with_a_job() as profile, credits_tests.old_id('A') as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 300)', :'job')),
  '{"settled_cost": 300, "monthly_deducted": 300, "addon_deducted": 0, "monthly_refunded": 200,
    "addon_refunded": 1500, "shortfall": 0, "late": false, "previous_balance": 3500,
    "new_balance": 5200, "seq": 2, "replayed": false}',
  'the last credits that it took come back'
);
select credits_tests.sound(:'profile');
select credits_tests.shows(
  credits_tests.job_row(:'job'),
  '{"state": "settled", "breakdown_source": "ledger", "monthly_held_at_import": 500,
    "addon_held_at_import": 1500}',
  'what it held at the import stays on record'
);
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'the rest can be refunded');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
