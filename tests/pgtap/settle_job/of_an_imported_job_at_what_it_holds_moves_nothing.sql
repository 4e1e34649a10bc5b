begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  600, 3500, array[credits_tests.old_job('A', 2000, false)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                           '+600 job refund: @A'),
  '{partial_refund}'
) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', credits_tests.old_id('A'))),
  '{"settled_cost": 1400, "monthly_deducted": 500, "addon_deducted": 900, "seq": 1}',
  'less what came back before the import'
);
select is(credits_tests.buckets(:'profile'), '600 + 3500', 'the buckets stay');
select credits_tests.replays(
  format('credits.settle_job(%L)', credits_tests.old_id('A')),
  (select to_jsonb(s) from credits.settle_job(credits_tests.old_id('A')) s),
  'a replay answers the same'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
