-- _check_job_found: the refusal of every call that names a job nobody reserved, or somebody else's.
-- Raises: PT404 job_not_found.

create or replace function credits._check_job_found(present boolean)
returns boolean
language plpgsql immutable
as $$
begin
  if not _check_job_found.present then
    raise exception using
      errcode = 'PT404',
      message = 'job_not_found',
      detail = '{}',
      hint = 'Check the job id, and that the job was reserved for this profile.';
  end if;
  return true;
end
$$;
