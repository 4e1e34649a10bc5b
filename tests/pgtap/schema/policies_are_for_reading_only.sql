begin;
\ir ../helpers.psql
select plan(1);

select set_eq(
  $$
    select p.tablename::text, p.policyname::text, p.cmd, p.permissive, p.roles::text
      from pg_catalog.pg_policies p
     where p.schemaname = 'credits'
  $$,
  $$
    select t.name, p.policy, 'SELECT' as cmd, 'PERMISSIVE' as permissive, p.roles
      from (values ('profiles'), ('jobs'), ('ledger'), ('addon_grants'), ('packs'), ('pack_draws'),
                   ('raises'), ('renewals'), ('allowance_changes'), ('revocations'),
                   ('limits'),
                   ('moves'), ('move_entries'), ('alerts'), ('topups'), ('events')) t (name),
           (values ('reader sees every row', '{credits_reader}')) p (policy, roles)
    union all
    values ('settings', 'reader sees every row', 'SELECT', 'PERMISSIVE', '{credits_reader}')
    union all
    select t.name, p.policy, 'SELECT', 'PERMISSIVE', p.roles
      from (values ('legacy_profiles'), ('legacy_entries')) t (name),
           (values ('reader sees every row', '{credits_reader}'),
                   ('admin sees every row', '{credits_admin}')) p (policy, roles)
  $$,
  'one for each table, two on what was imported, and none for people'
);

select * from finish();
rollback;
