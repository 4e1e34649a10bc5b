begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.imported(
  300.9, -0.9, array[credits_tests.old_job('A', 200)],
  array[row('1', '2025-01-01 01:00Z', 'open', null, 500.9, null),
        row('2', '2025-01-01 02:00Z', 'deduct', credits_tests.old_id('A'), -200.9, null),
        row('3', '2025-01-01 03:00Z', 'addon', null, null, null)]::credits.legacy_entry[],
  '{invalid_amount,negative_balance}'
) as profile \gset

select is(credits_tests.buckets(:'profile'), '300 + 0', 'towards zero');
select results_eq(
  format('select e.delta from credits.legacy_entries e where e.profile_id = %L order by e.position',
         :'profile'),
  'values (500::bigint), (-200), (0)',
  'rows too; a missing amount counts as nothing'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
