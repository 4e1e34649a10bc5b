begin;
\ir ../helpers.psql
select plan(5);

select gen_random_uuid() as profile,
       array[row('7', 'done', '{"credit_cost": 2, "credits_deducted": true}', null),
             row(null, 'done', null, null)]::credits.legacy_job[] as jobs,
       credits_tests.old_ledger('+500 signup', '-200 job create: @A', '+0.5 something else')
         as entries
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.import_profile(%L, 300, 0, %L, %L, %L)', :'profile', :'jobs',
                              :'entries', '{job_missing,invalid_id,entry_unknown,invalid_amount,'
                                          'balance_mismatch}')),
  '{"jobs": 0, "entries": 3, "credits_remaining": 300}',
  'it counts what was imported'
);
select is_empty(
  format('select from credits.jobs j where j.profile_id = %L', :'profile'),
  'rows make no job, nor does a job without an id'
);
select results_eq(
  format('select e.kind, e.job_id, e.delta from credits.legacy_entries e
           where e.profile_id = %L order by e.position', :'profile'),
  format($$
    values ('open', null, 500::bigint), ('deduct', %L::uuid, -200), ('unknown', null, 0)
  $$, credits_tests.old_id('A')),
  'the rows are kept'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L)', credits_tests.old_id('A')),
  'PT404', 'job_not_found', '{}', 'such a job is unknown'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
