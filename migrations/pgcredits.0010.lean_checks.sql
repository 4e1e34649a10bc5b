-- depends: pgcredits.0009.batches
-- The same rules in shorter words: PostgreSQL reads the text of every constraint of a table again
-- in each statement that writes a row there, and that was most of what a reservation cost.
-- Lock: jobs and ledger for a moment; nothing is scanned, the next migration does that.

alter table credits.jobs
  drop constraint if exists jobs_state_known,
  drop constraint if exists jobs_cost_in_range,
  drop constraint if exists jobs_ended_has_closing_seq,
  drop constraint if exists jobs_ended_gave_everything_back,
  drop constraint if exists jobs_settle_draw_within_deducted,
  drop constraint if exists jobs_hold_only_while_reserved,
  drop constraint if exists jobs_imported_says_what_it_held,
  add constraint jobs_state_known
    check (state = any ('{reserved,settled,rolled_back,expired,refunded}'::text[])) not valid,
  add constraint jobs_cost_in_range
    check (least(reserved_cost, settled_cost) >= 0
           and greatest(reserved_cost, settled_cost) <= 9007199254740991) not valid,
  add constraint jobs_ended_has_closing_seq
    check ((closing_seq is not null)
           = (state = any ('{refunded,rolled_back,expired}'::text[]))) not valid,
  -- No bucket got back more than it gave (other constraints), so the sums tell. Only a job that
  -- reserved something and is still reserved must have credits out.
  add constraint jobs_ended_gave_everything_back
    check (case
             when monthly_refunded + addon_refunded < monthly_deducted + addon_deducted
               then closing_seq is null
             else finished_at is not null or reserved_cost = 0
           end) not valid,
  add constraint jobs_settle_draw_within_deducted
    check (least(monthly_drawn_at_settle, addon_drawn_at_settle, pack_deducted) >= 0
           and monthly_drawn_at_settle <= monthly_deducted
           and addon_drawn_at_settle <= addon_deducted) not valid,
  add constraint jobs_hold_only_while_reserved
    check (hold_due_at is null or (finished_at is null and hold_expires_at is not null)) not valid,
  add constraint jobs_imported_says_what_it_held
    check ((breakdown_source is null) = (monthly_held_at_import is null)
           and (breakdown_source is null) = (addon_held_at_import is null)
           and breakdown_source = any ('{job_meta,ledger,assumed_monthly}'::text[])
           and least(monthly_held_at_import, addon_held_at_import) >= 0) not valid;

alter table credits.ledger
  drop constraint if exists ledger_kind_known,
  drop constraint if exists ledger_job_kinds_name_their_job,
  drop constraint if exists ledger_reserve_only_takes,
  drop constraint if exists ledger_returns_only_give,
  add constraint ledger_kind_known
    check (kind = any ('{open,reserve,settle,refund,rollback,expire,grant,lapse,renew,revoke,
                         reinstate,adjust,close,repair}'::text[])) not valid,
  add constraint ledger_job_kinds_name_their_job
    check (job_id is not null
           or kind <> all ('{reserve,settle,refund,rollback,expire}'::text[])) not valid,
  add constraint ledger_reserve_only_takes
    check (kind <> 'reserve' or greatest(monthly_delta, addon_delta) <= 0) not valid,
  add constraint ledger_returns_only_give
    check (kind <> all ('{refund,rollback,expire}'::text[])
           or least(monthly_delta, addon_delta) >= 0) not valid;
