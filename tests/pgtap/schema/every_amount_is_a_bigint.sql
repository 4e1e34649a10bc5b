begin;
\ir ../helpers.psql
select plan(1);

select is_empty(
  $$
    select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'credits'::regnamespace
       and c.relname not like '%yoyo%'
       and c.relname <> 'legacy_entry' -- what it says is found out when it is checked
       and a.attnum > 0
       and a.attname ~ '(seq|balance|credits|delta|deducted|refunded|cost|shortfall|limit$|amount)'
       and a.attname not like '%\_at'
       and a.attname <> 'limited'
       and c.relkind in ('r', 'v', 'c')
       and a.atttypid <> 'bigint'::regtype
  $$,
  'credits are whole numbers everywhere'
);

select * from finish();
rollback;
