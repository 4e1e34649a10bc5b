begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  2570, 30, array[credits_tests.old_job('A', 200), credits_tests.old_job('B', 200, false)],
  array[
    row('1', '2025-01-01 01:00Z', 'OPEN', null, 500, 'purchase'),
    row('2', '2025-01-01 02:00Z', 'monthly', null, 2000, 'purchase'),
    row('3', '2025-01-01 03:00Z', 'deduct', credits_tests.old_id('A'), -200, 'purchase'),
    row('4', '2025-01-01 04:00Z', 'Addon', credits_tests.old_id('A'), 30, 'job refund'),
    row('5', '2025-01-01 05:00Z', 'monthly', null, 270, 'monthly renewal'),
    row('6', '2025-01-01 06:00Z', 'deduct', credits_tests.old_id('B'), -200, null),
    row('7', '2025-01-01 07:00Z', 'refund', credits_tests.old_id('B'), 200, 'purchase')
  ]::credits.legacy_entry[]
) as profile \gset

select is(
  (select string_agg(e.kind, ' ' order by e.position)
     from credits.legacy_entries e where e.profile_id = :'profile'),
  'open monthly deduct addon monthly deduct refund',
  'whatever the reason says'
);
select is(
  (select e.job_id
     from credits.legacy_entries e where e.profile_id = :'profile' and e.position = 4),
  null,
  'only deductions and refunds have a job'
);
select is(
  credits_tests.job_row(credits_tests.old_id('B')) ->> 'state', 'refunded',
  'deductions and refunds count for their jobs'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
