begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_with_a_job() as profile,
       credits_tests.imported(
         400, 0, array[credits_tests.old_job('B', 100)],
         credits_tests.old_ledger('+500 signup', '-100 job create: @B')) as sound
\gset
update credits.jobs j
   set monthly_held_at_import = 499, addon_held_at_import = 1501
 where j.id = credits_tests.old_id('A');

select set_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %1$L::uuid, %2$L::uuid,
            'job holds the monthly credits its ledger rows took', '499', '500'),
           ('error', %1$L, %2$L,
            'job holds the addon credits its ledger rows took', '1501', '1500')
  $$, :'profile', credits_tests.old_id('A')),
  'in either bucket'
);
select credits_tests.sound(:'sound', 'another profile');

select * from finish();
rollback;
