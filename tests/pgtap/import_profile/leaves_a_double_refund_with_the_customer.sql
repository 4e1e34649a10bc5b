begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  700, 0, array[credits_tests.old_job('A', 200, false)],
  credits_tests.old_ledger('+500 signup', '-200 job create: @A', '+200 job refund: @A',
                           '+200 job refund: @A'),
  '{duplicate_refund}'
) as profile \gset

select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id('A')),
  '{"state": "refunded", "reserved_cost": 200, "monthly_refunded": 200, "addon_refunded": 0}',
  'the job is refunded, once'
);
select is(credits_tests.buckets(:'profile'), '700 + 0', 'the excess stays in the bucket');
select is(
  (select f.amount from credits.refund_job(credits_tests.old_id('A')) f), 0::bigint,
  'no more comes back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
