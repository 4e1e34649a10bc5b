begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_story() as profile \gset

select is(
  credits_tests.answer(format('credits.repair_refunds(%L, %L, %L)', :'profile', 'why', 'who')),
  jsonb_build_object(
    'profile_id', :'profile', 'job_id', credits_tests.old_id('A'), 'entry_id', '4',
    'addon_restored', 1500, 'monthly_taken', 1500, 'written_off', 0,
    'previous_balance', 5500, 'new_balance', 5500, 'seq', 2, 'replayed', false
  ),
  'all that the monthly bucket gained goes to addon'
);
select is(credits_tests.buckets(:'profile'), '500 + 5000', 'as if the refund had been right');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
