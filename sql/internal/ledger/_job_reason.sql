-- _job_reason: the ledger's reason of what a job takes (-) or gives back (+). For people: it stays
-- as it is, and is never parsed.
-- A zero has no sign, as _delta_text has it. Here it is taken out of the finished text, since every
-- job pays for it: to ask each amount costs more (docs/performance.md).

create or replace function credits._job_reason(
  kind text,
  job_id uuid,
  sign text,
  monthly bigint,
  addon bigint
)
returns text
language sql stable
as $$
  select replace(
           format('job %s: %s (monthly: ' || _job_reason.sign
                  || '%s, addon: ' || _job_reason.sign || '%s)',
                  _job_reason.kind, _job_reason.job_id, _job_reason.monthly, _job_reason.addon),
           ' ' || _job_reason.sign || '0', ' 0')
$$;
