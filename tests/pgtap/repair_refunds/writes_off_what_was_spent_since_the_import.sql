begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_story() as profile \gset
select credits_tests.job(:'profile', 1900) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.repair_refunds(%L, %L, %L)', :'profile', 'why', 'who')),
  '{"addon_restored": 1500, "monthly_taken": 100, "written_off": 1400,
    "previous_balance": 3600, "new_balance": 5000}',
  'the customer is not charged for what was spent'
);
select is(credits_tests.buckets(:'profile'), '0 + 5000', 'the monthly bucket is empty, not below');
select credits_tests.refund(:'job') as done \gset
select is(
  credits_tests.buckets(:'profile'), '1900 + 5000', 'what comes back afterwards is not taken'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
