-- ledger_append_only: no row of the ledger is ever changed or deleted, by nobody: the triggers fire
-- for the owner, for superusers, and under session_replication_role = replica too (ENABLE ALWAYS).
-- Corrections are new rows. Raises: 42501 ledger_is_append_only.

create or replace function credits._refuse_ledger_change()
returns trigger
language plpgsql
as $$
begin
  raise exception using
    errcode = '42501',
    message = 'ledger_is_append_only',
    detail = jsonb_build_object('operation', tg_op),
    hint = 'Write a correcting entry: rows of credits.ledger are never changed or deleted.';
end
$$;

-- Creating a trigger locks the table against writers, so a re-run touches it only where it must.
do $$
begin
  if (select count(*) from pg_catalog.pg_trigger t
       where t.tgrelid = 'credits.ledger'::regclass
         and t.tgname in ('ledger_refuse_change', 'ledger_refuse_truncate')
         and t.tgenabled = 'A') < 2 then
    create or replace trigger ledger_refuse_change
      before update or delete on credits.ledger
      for each row execute function credits._refuse_ledger_change();
    create or replace trigger ledger_refuse_truncate
      before truncate on credits.ledger
      for each statement execute function credits._refuse_ledger_change();
    alter table credits.ledger enable always trigger ledger_refuse_change;
    alter table credits.ledger enable always trigger ledger_refuse_truncate;
  end if;
end
$$;
