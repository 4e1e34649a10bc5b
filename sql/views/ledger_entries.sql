-- ledger_entries: the history of each profile. Row-level security of the caller applies.

create or replace view credits.ledger_entries
with (security_invoker = true) as
select l.profile_id,
       l.seq,
       l.ts,
       l.kind,
       l.job_id,
       l.monthly_delta,
       l.addon_delta,
       l.monthly_balance,
       l.addon_balance,
       l.reason,
       l.reference,
       l.actor
  from credits.ledger l;

comment on view credits.ledger_entries is
  'The ledger of each profile.';
