begin;
\ir ../helpers.psql
select plan(2);

-- A refund that comes before what it would be for: nothing says what it gave back.
select credits_tests.imported(
  700, 5000, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup: monthly credits', '+5000 addon purchase: order-1',
                           '+2000 job refund: @A', '-2000 job create: @A'),
  array['balance_mismatch', 'history_truncated', 'duplicate_refund', 'refund_interrupted',
        'meta_missing']) as profile \gset
select is(
  (select array_agg(e.job_position order by e.position)
     from credits.legacy_entries e where e.profile_id = :'profile'),
  array[null, null, null, 4],
  'the refund knows no deduction'
);

select credits_tests.imported(
  500, 5000, array[credits_tests.old_job('B', 2000, false)],
  credits_tests.old_ledger('+500 signup: monthly credits', '+5000 addon purchase: order-1',
                           '-2000 job create: @B', '+2000 job refund: @B'),
  array['balance_mismatch', 'history_truncated']) as profile \gset
select is(
  (select array_agg(e.job_position order by e.position)
     from credits.legacy_entries e where e.profile_id = :'profile'),
  array[null, null, 3, 3],
  'one that comes after it does'
);

select * from finish();
rollback;
