begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.imported(
  500, 0, '{}',
  array[row('a', '2025-01-01 00:00Z', null, null, 500, 'signup')::credits.legacy_entry,
        row('b', null, null, null, 7, 'who knows')::credits.legacy_entry,
        row('c', null, null, null, 8, 'who knows')::credits.legacy_entry],
  array['balance_mismatch', 'history_truncated', 'entry_unknown']) as profile \gset
select is(
  (select string_agg(e.entry_id, ' ' order by e.position)
     from credits.legacy_entries e where e.profile_id = :'profile'),
  'b c a',
  'their own order stays'
);

select * from finish();
rollback;
