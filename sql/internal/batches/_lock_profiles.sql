-- _lock_profiles: locks the profiles of a batch by ascending id, as _lock_in_order does, and brings
-- them up to date.
-- Returns the rows that it has locked: a profile that is opened at this moment is not among them,
-- and must be left alone.
-- Where a settlement or refund names no profile, it is that of its job: a job never changes its
-- profile, so looking at it needs no lock.
-- Raises: 55P03 where all of it takes longer than the lock_timeout of the batch.

create or replace function credits._lock_profiles(kind text, elements credits._batch_element[])
returns credits.profiles[]
language plpgsql volatile
as $$
declare
  v_ids constant uuid[] := array(
    select coalesce(
             e.profile_id,
             (select j.profile_id
                from credits.jobs j
               where j.id = e.job_id
                 and _lock_profiles.kind <> 'reserve'))
      from unnest(_lock_profiles.elements) e);
begin
  return credits._bring_all_up_to_date(credits._lock_in_order(v_ids));
end
$$;
