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
      from (values ('profiles'), ('jobs'), ('ledger')) t (name),
           (values ('own rows', '{public}'),
                   ('reader sees every row', '{credits_reader}')) p (policy, roles)
  $$,
  'two for each table'
);

select * from finish();
rollback;
