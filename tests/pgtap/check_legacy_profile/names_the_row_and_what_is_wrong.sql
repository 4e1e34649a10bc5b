begin;
\ir ../helpers.psql
select plan(1);

select gen_random_uuid() as profile \gset

select set_eq(
  format($$
    select c.profile_id, c.job_id, c.entry_id, c.kind, c.detail
      from credits.check_legacy_profile(
             %L, null, -3,
             array[credits_tests.old_job('A', 199), credits_tests.old_job_with('B', '{}'),
                   row('7', 'done', '{}', null)::credits.legacy_job],
             credits_tests.old_ledger('+500.5 signup', '-200 job create: @A',
                                      '-50 job create: @B', '-50 job create: @B',
                                      '+7 gift', '+8 a gift', '-1 job of nobody')) c
  $$, :'profile'),
  format($$
    values
      (%1$L::uuid, null, null, 'null_balance', 'the monthly bucket is null'),
      (%1$L, null, null, 'negative_balance', 'the addon bucket is -3'),
      (%1$L, null, null, 'balance_mismatch',
       'the ledger does not lead to null monthly + -3 addon'),
      (%1$L, null, '1', 'invalid_amount', 'the delta is 500.5'),
      (%1$L, null, '5', 'entry_unknown', 'no rule knows what this did: gift'),
      (%1$L, null, '6', 'entry_unknown', 'no rule knows what this did: a gift'),
      (%1$L, null, '7', 'entry_unknown', 'no rule knows what this did: job of nobody'),
      (%1$L, %2$L, null, 'cost_mismatch', 'credit_cost is 199, and the ledger took 200'),
      (%1$L, %3$L, null, 'meta_missing',
       'meta_json has no credit_cost that is a whole number of credits'),
      (%1$L, %3$L, null, 'duplicate_deduction', 'the ledger took 2 times for it, 100 in all'),
      (%1$L, '7', null, 'invalid_id', 'the id of the job is not a UUID')
  $$, :'profile', credits_tests.old_id('A'), credits_tests.old_id('B')),
  'each finding'
);

select * from finish();
rollback;
