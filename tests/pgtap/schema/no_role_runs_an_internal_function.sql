begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.member_of('credits_app', 'credits_admin', 'credits_reader') as member \gset

select is_empty(
  format('select i.name, o.sqlstate
            from credits_tests.internal_functions() i,
                 lateral credits_tests.outcome(%L, i.call) o (sqlstate)
           where o.sqlstate <> ''42501''', :'member'),
  'a member of all groups can run none'
);
select is_empty(
  $$
    select i.name, a.grantee::regrole
      from credits_tests.internal_functions() i
      join pg_catalog.pg_proc f on f.oid = i.oid,
           lateral aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
     where a.grantee <> f.proowner
  $$,
  'none is granted to anyone but the owner'
);

select * from finish();
rollback;
