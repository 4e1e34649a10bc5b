begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported_story() as profile, credits_tests.imported(
  100, 0, array[credits_tests.old_job('B', 100, false)],
  credits_tests.old_ledger('+100 purchase', '-100 job create: @B', '+100 job refund: @B')
) as other \gset
select credits_tests.job_row(credits_tests.old_id('A')) as job \gset
select credits_tests.repaired(:'profile') as done \gset

select is(
  credits_tests.job_row(credits_tests.old_id('A')), :'job'::jsonb,
  'the job is unchanged'
);
select is(credits_tests.buckets(:'other'), '100 + 0', 'another profile keeps what it has');
select is(
  credits_tests.repaired(:'other'), '3: 100 = 100 taken + 0 written off',
  'until it is repaired itself'
);

select * from finish();
rollback;
