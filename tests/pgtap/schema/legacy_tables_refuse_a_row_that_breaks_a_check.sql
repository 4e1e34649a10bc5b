begin;
\ir ../helpers.psql
select plan(16);

select jsonb_build_object(
  'profile_id', credits_tests.imported(0, 0, '{}', '{}'), 'position', 1, 'delta', -2000,
  'kind', 'deduct'
) as good \gset

select credits_tests.violates(
  'legacy_entries', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('legacy_entries_kind_known', '{"kind": "grant"}'::jsonb),
  ('legacy_entries_kind_known', '{"kind": "DEDUCT"}'),
  ('legacy_entries_kind_known', '{"kind": ""}'),
  ('legacy_entries_split_source_known', '{"split_source": "assumed_monthly", "stated_addon": 0}'),
  ('legacy_entries_split_source_known', '{"split_source": "ledger"}'),
  ('legacy_entries_split_source_known', '{"stated_addon": 0}'),
  ('legacy_entries_stated_addon_within_delta', '{"split_source": "ledger", "stated_addon": 2001}'),
  ('legacy_entries_stated_addon_within_delta', '{"split_source": "job_meta", "stated_addon": -1}')
) c (broken, change);
select credits_tests.has_checks(
  'legacy_entries',
  array['legacy_entries_kind_known', 'legacy_entries_split_source_known',
        'legacy_entries_stated_addon_within_delta']
);
select credits_tests.has_checks('legacy_profiles', '{}');
select lives_ok(
  format('insert into credits.legacy_entries
          select * from jsonb_populate_record(null::credits.legacy_entries, %L)',
         :'good'::jsonb || c.change),
  c.change::text
)
from (values
  ('{"position": 2}'::jsonb),
  ('{"position": 3, "stated_addon": 2000, "split_source": "ledger"}'),
  ('{"position": 4, "stated_addon": 0, "split_source": "job_meta"}'),
  ('{"position": 5, "kind": "reset_to", "delta": 0}')
) c (change);
select throws_ok(
  format('insert into credits.legacy_entries
          select * from jsonb_populate_record(null::credits.legacy_entries, %L)',
         :'good'::jsonb || c.change),
  c.sqlstate, null, c.description
)
from (values
  ('{"position": 5}'::jsonb, '23505', 'a position is there once'),
  (jsonb_build_object('profile_id', credits_tests.profile(0, 0)), '23503',
   'only an imported profile has a history')
) c (change, sqlstate, description);

select * from finish();
rollback;
