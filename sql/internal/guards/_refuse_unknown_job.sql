-- _refuse_unknown_job: the refusal of every call that names a job that nobody has reserved, or that
-- is somebody else's.
-- Raises: PT404 job_not_found.

create or replace function credits._refuse_unknown_job()
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT404',
    message = 'job_not_found',
    detail = '{}',
    hint = 'Check the job id, and that the job was reserved for this profile.';
end
$$;
