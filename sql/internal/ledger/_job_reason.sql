-- _job_reason: the ledger's reason of what a job takes (-) or gives back (+), with the caller's
-- note. For people: it stays as it is, and is never parsed.

create or replace function credits._job_reason(
  kind text,
  job_id uuid,
  sign text,
  monthly bigint,
  addon bigint,
  note text default null
)
returns text
language sql stable
as $$
  select format('job %s: %s (monthly: ' || _job_reason.sign
                || '%s, addon: ' || _job_reason.sign || '%s)',
                _job_reason.kind, _job_reason.job_id, _job_reason.monthly, _job_reason.addon)
         || coalesce(': ' || _job_reason.note, '')
$$;
