begin;
\ir ../helpers.psql
select plan(2);

alter table credits.ledger disable trigger ledger_refuse_change;
alter table credits.ledger enable trigger ledger_refuse_truncate;
\ir ../../../sql/triggers/ledger_append_only.sql

select is(
  (select t.tgenabled::text
     from pg_catalog.pg_trigger t
    where t.tgrelid = 'credits.ledger'::regclass
      and t.tgname = c.trigger_name),
  'A',
  c.description
)
from (values
  ('ledger_refuse_change', 'a trigger that was off'),
  ('ledger_refuse_truncate', 'a trigger that a replica would not fire')
) c (trigger_name, description);

select * from finish();
rollback;
