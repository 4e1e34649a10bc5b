begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  600, 3500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+600 job refund: @A'),
  '{partial_refund}'
) as profile \gset

select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id('A')),
  '{"state": "reserved", "monthly_deducted": 500, "addon_deducted": 1500, "monthly_refunded": 0,
    "addon_refunded": 600, "monthly_held_at_import": 500, "addon_held_at_import": 900}',
  'addon came back first'
);
select is(
  (select concat(f.monthly_refunded, ' + ', f.addon_refunded)
     from credits.refund_job(credits_tests.old_id('A')) f),
  '500 + 900', 'the rest can come back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
