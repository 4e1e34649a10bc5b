begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.imported(
  600, 3500,
  array[
    credits_tests.old_job_with('A', '{"credit_cost": "2000", "credits_deducted": false,
                                      "model": "large", "monthly_refunded": 7}', 'FAILED'),
    credits_tests.old_job_with('B', null, null)
  ],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+600 job refund: @A'),
  '{meta_missing,partial_refund}'
) as profile \gset

select is(
  credits_tests.job_row(credits_tests.old_id('A')) -> 'meta_json',
  '{"credit_cost": 2000, "credits_deducted": true, "monthly_deducted": 500, "addon_deducted": 1500,
    "credits_refunded": true, "monthly_refunded": 0, "addon_refunded": 600,
    "model": "large", "legacy_status": "FAILED"}',
  'other keys stay, the keys of the breakdown are replaced'
);
select is(
  credits_tests.job_row(credits_tests.old_id('B')) -> 'meta_json',
  '{"credit_cost": 0, "credits_deducted": true, "monthly_deducted": 0, "addon_deducted": 0,
    "legacy_status": null}',
  'even without any metadata'
);
select credits_tests.sound(:'profile');
select credits_tests.imported(
  500, 0, array[credits_tests.old_job_with('C', '{"credit_cost": 0, "monthly_refunded": 7}')],
  credits_tests.old_ledger('+500 signup')
) as other \gset
select is(
  credits_tests.job_row(credits_tests.old_id('C')) -> 'meta_json' ->> 'monthly_refunded', null,
  'a refund that never happened is not published'
);
select credits_tests.sound(:'other');

select * from finish();
rollback;
