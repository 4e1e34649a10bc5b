begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile, credits_tests.imported(
  100, 0, array[credits_tests.old_job('B', 100, false)],
  credits_tests.old_ledger('+100 purchase', '-100 job create: @B', '+100 job refund: @B')
) as other \gset
select credits_tests.repaired(:'profile') as done \gset

select is(
  (select a.repair_seq from credits.audit_refunds(:'profile') a), 2::bigint, 'its seq'
);
select is(
  (select a.repair_seq from credits.audit_refunds(:'other') a), null, 'only for its own profile'
);

select * from finish();
rollback;
