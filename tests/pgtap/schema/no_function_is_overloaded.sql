begin;
\ir ../helpers.psql
select plan(2);

select is_empty(
  $$
    select f.proname
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
     group by f.proname
    having count(*) > 1
  $$,
  'each name stands for one function'
);
select is_empty(
  $$
    select f.proname
      from pg_catalog.pg_proc f
     where f.pronamespace = 'credits'::regnamespace
       and f.provariadic <> 0
  $$,
  'none takes any number of arguments'
);

select * from finish();
rollback;
