begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  200, 3300,
  array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": true,
                                          "monthly_deducted": 300, "addon_deducted": 1700}')],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A')
) as profile \gset

select is(
  credits_tests.split(credits_tests.old_id('A')), '300 + 1700 job_meta',
  'although monthly would have come first'
);
select credits_tests.shows(
  credits_tests.job_row(credits_tests.old_id('A')),
  '{"monthly_held_at_import": 300, "addon_held_at_import": 1700}',
  'the job holds this split'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
