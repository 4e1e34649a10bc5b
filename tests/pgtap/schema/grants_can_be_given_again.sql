begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.web_roles() as roles \gset
create function credits_tests.privileges()
returns text
language sql
as $$
  select string_agg(x.line, e'\n' order by x.line)
    from (select concat(f.oid::regprocedure, ' ', a.*) as line
            from pg_catalog.pg_proc f, lateral aclexplode(f.proacl) a
           where f.pronamespace = 'credits'::regnamespace
          union all
          select concat(c.oid::regclass, ' ', a.*)
            from pg_catalog.pg_class c, lateral aclexplode(c.relacl) a
           where c.relnamespace = 'credits'::regnamespace
          union all
          select concat(p.tablename, ' ', p.*)
            from pg_catalog.pg_policies p
           where p.schemaname = 'credits'
          union all
          select concat(m.roleid::regrole, ' ', m.member::regrole)
            from pg_catalog.pg_auth_members m
           where m.roleid::regrole::text like 'credits\_%') x
$$;
\ir ../../../sql/grants.sql
select credits_tests.privileges() as before \gset
\ir ../../../sql/grants.sql

select is(credits_tests.privileges(), :'before', 'the file can run any number of times');

select * from finish();
rollback;
