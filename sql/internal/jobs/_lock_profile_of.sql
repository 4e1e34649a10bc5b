-- _lock_profile_of: locks the profile of a job. A job never changes its profile, so the first look
-- needs no lock. With a profile_id that profile is locked: whether the job is its, _get_job says.
-- Raises: PT404 job_not_found, profile_not_found.

create or replace function credits._lock_profile_of(job_id uuid, profile_id uuid)
returns credits.profiles
language plpgsql volatile
as $$
declare
  v_profile_id uuid := _lock_profile_of.profile_id;
begin
  if v_profile_id is null then
    select j.profile_id into v_profile_id
      from credits.jobs j
     where j.id = _lock_profile_of.job_id;
    if not found then
      perform credits._refuse_unknown_job();
    end if;
  end if;
  return credits._lock_profile(v_profile_id);
end
$$;
