begin;
\ir ../helpers.psql
select plan(2);

select set_eq(
  $$
    select t.tgname::text, t.tgenabled::text
      from pg_catalog.pg_trigger t
     where t.tgrelid = 'credits.ledger'::regclass
       and not t.tgisinternal
  $$,
  $$ values ('ledger_refuse_change', 'A'), ('ledger_refuse_truncate', 'A') $$,
  'both are ENABLE ALWAYS'
);
select is_empty(
  $$
    select t.tgname
      from pg_catalog.pg_trigger t
      join pg_catalog.pg_class c on c.oid = t.tgrelid
     where c.relnamespace = 'credits'::regnamespace
       and c.relname <> 'ledger'
       and not t.tgisinternal
  $$,
  'no other table has triggers'
);

select * from finish();
rollback;
