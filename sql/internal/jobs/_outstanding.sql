-- _outstanding: the credits a job still holds.

create or replace function credits._outstanding(job credits.jobs)
returns bigint
language sql immutable
as $$
  select (job).monthly_deducted - (job).monthly_refunded
       + (job).addon_deducted - (job).addon_refunded
$$;
