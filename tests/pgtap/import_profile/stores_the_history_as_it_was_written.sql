begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported(
  2000, 3500,
  array[credits_tests.old_job_with('A', '{"credit_cost": 2000, "credits_deducted": false,
                                          "monthly_deducted": 500, "addon_deducted": 1500}')],
  array[
    row('b', '2025-01-01 02:00Z', 'addon', null, 5000, 'order-1'),
    row(null, '2025-01-01 01:00Z', 'open', null, 500, null),
    row('d', '2025-01-01 04:00Z', null, upper(credits_tests.old_id('A')::text), 2000, 'job refund'),
    row('c', '2025-01-01 03:00Z', null, null, -2000, 'job create: ' || credits_tests.old_id('A'))
  ]::credits.legacy_entry[]
) as profile \gset

select results_eq(
  format('select to_jsonb(e) - ''profile_id'' - ''ts'', e.ts
            from credits.legacy_entries e where e.profile_id = %L order by e.position', :'profile'),
  format($$
    values
      ('{"position": 1, "delta": 500, "stated_addon": null, "job_id": null, "job_position": null,
         "kind": "open", "split_source": null, "entry_id": null, "reason": null}'::jsonb,
       '2025-01-01 01:00Z'::timestamptz),
      ('{"position": 2, "delta": 5000, "stated_addon": null, "job_id": null, "job_position": null,
         "kind": "addon", "split_source": null, "entry_id": "b", "reason": "order-1"}',
       '2025-01-01 02:00Z'),
      (jsonb_build_object(
         'position', 3, 'delta', -2000, 'stated_addon', 1500, 'job_id', %1$L, 'job_position', 3,
         'kind', 'deduct', 'split_source', 'job_meta', 'entry_id', 'c',
         'reason', 'job create: %1$s'),
       '2025-01-01 03:00Z'),
      (jsonb_build_object(
         'position', 4, 'delta', 2000, 'stated_addon', null, 'job_id', %1$L, 'job_position', 3,
         'kind', 'refund', 'split_source', null, 'entry_id', 'd', 'reason', 'job refund'),
       '2025-01-01 04:00Z')
  $$, credits_tests.old_id('A')),
  'with what was found out about each row'
);

select * from finish();
rollback;
