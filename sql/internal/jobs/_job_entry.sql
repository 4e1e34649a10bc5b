-- _job_entry: a job, as reads show it.

create or replace function credits._job_entry(job credits.jobs)
returns credits.job_entry
language sql stable
as $$
  select row(
    (job).profile_id, (job).id, (job).state, (job).reserved_cost, (job).settled_cost,
    (job).shortfall, (job).monthly_deducted, (job).addon_deducted, (job).monthly_refunded,
    (job).addon_refunded, credits._outstanding(job), (job).hold_due_at, (job).settled_late,
    (job).created_at, (job).finished_at, (job).meta_json,
    (job).spender)::credits.job_entry
$$;
