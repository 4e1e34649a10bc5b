begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits._write_ledger(:'profile', 'adjust', null, -20, 300, 'a reason', 'a-reference',
                             'an actor') as seq \gset
select credits_tests.newest_entry(:'profile') as entry \gset

select is(
  :'entry'::jsonb - 'ts',
  jsonb_build_object(
    'profile_id', :'profile', 'seq', 2, 'kind', 'adjust', 'job_id', null,
    'monthly_delta', -20, 'addon_delta', 300, 'monthly_balance', 480, 'addon_balance', 5300,
    'reason', 'a reason', 'reference', 'a-reference', 'actor', 'an actor'
  ),
  'the row has the deltas and the balances after them'
);
select is(
  concat(credits_tests.buckets(:'profile'), ', ', :'seq'),
  '480 + 5300, 2',
  'the buckets moved by the deltas, and the answer is the number of the row'
);

select * from finish();
rollback;
