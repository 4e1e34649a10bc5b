-- _lock_profiles_of: locks the profiles of a batch of jobs: the given ones, and where none is given
-- that of the job. A job never changes its profile, so looking at it needs no lock. Gives what
-- _lock_profiles gives.

create or replace function credits._lock_profiles_of(job_ids uuid[], profile_ids uuid[])
returns credits.profiles[]
language plpgsql volatile
as $$
begin
  return credits._lock_profiles(array(
    select coalesce(e.profile_id, j.profile_id)
      from unnest(_lock_profiles_of.job_ids, _lock_profiles_of.profile_ids) e (job_id, profile_id)
      left join credits.jobs j on j.id = e.job_id and e.profile_id is null
  ));
end
$$;
