begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_with_a_job() as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', credits_tests.old_id('A'))),
  '{"state": "rolled_back", "amount": 2000, "monthly_refunded": 500, "addon_refunded": 1500,
    "breakdown_source": "ledger", "seq": 2, "replayed": false}',
  'each credit goes back where it came from'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'as it was before the job');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
