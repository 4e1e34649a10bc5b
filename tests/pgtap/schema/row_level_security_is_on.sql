begin;
\ir ../helpers.psql
select plan(1);

select set_eq(
  $$
    select c.relname::text
      from pg_catalog.pg_class c
     where c.relnamespace = 'credits'::regnamespace
       and c.relkind = 'r'
       and c.relname not like '%yoyo%'
       and c.relrowsecurity
  $$,
  array['profiles', 'jobs', 'ledger', 'addon_grants', 'packs', 'pack_draws', 'raises',
        'renewals', 'allowance_changes', 'revocations', 'limits', 'moves', 'move_entries', 'alerts', 'topups',
        'events', 'settings',
        'legacy_profiles', 'legacy_entries'],
  'for each table'
);

select * from finish();
rollback;
