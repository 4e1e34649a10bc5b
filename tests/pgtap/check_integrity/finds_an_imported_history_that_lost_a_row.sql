begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile,
       credits_tests.imported(500, 0, '{}', credits_tests.old_ledger('+500 signup')) as sound
\gset
delete from credits.legacy_entries e where e.profile_id = :'profile' and e.position = 4;

select results_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %L::uuid, null::uuid, 'imported history has all of its rows', '4', '3')
  $$, :'profile'),
  'the last one'
);
select credits_tests.sound(:'sound', 'another profile');

select * from finish();
rollback;
