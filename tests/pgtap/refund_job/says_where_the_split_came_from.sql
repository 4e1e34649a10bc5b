begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.imported(
  90, 4710,
  array[credits_tests.old_job('A', 100),
        credits_tests.old_job_with('B', '{"credit_cost": 400, "credits_deducted": true,
                                          "monthly_deducted": 300, "addon_deducted": 100}'),
        credits_tests.old_job('C', 50), credits_tests.old_job('D', 7),
        credits_tests.old_job('E', 0)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-100 job create: @A',
                           '-400 job create: @B',
                           '-50 job create: @C (monthly: -10, addon: -40)',
                           '-150 addon purchase: taken back'),
  '{deduction_missing}'
) as profile \gset
select credits_tests.job(:'profile', 30) as new \gset

select is(f.breakdown_source, c.source, format('the job %s', c.name))
  from (values ('A', 'ledger'), ('B', 'job_meta'), ('C', 'ledger'), ('D', 'assumed_monthly'),
               ('E', 'ledger')) c (name, source),
       lateral credits.refund_job(credits_tests.old_id(c.name)) f;
select is(f.breakdown_source, c.source, format('the job %s again', c.name))
  from (values ('A', 'ledger'), ('B', 'job_meta'), ('D', 'assumed_monthly')) c (name, source),
       lateral credits.refund_job(credits_tests.old_id(c.name)) f;
select is(
  (select concat(f.breakdown_source, ' ', f.replayed) from credits.refund_job(:'new') f),
  'recorded f', 'a job that was reserved here'
);
select is(
  (select concat(f.breakdown_source, ' ', f.replayed) from credits.refund_job(:'new') f),
  'recorded t', 'and again'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
