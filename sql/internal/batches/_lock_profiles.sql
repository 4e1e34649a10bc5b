-- _lock_profiles: locks the profiles of a batch by ascending id, and brings them up to date.
-- Batches wait for each other in that order and do not deadlock. For a profile that somebody has
-- locked a batch waits at most a tenth of a second with others in hand: then it lets all of them
-- go, waits for that one alone, as a call of its own would, and begins again.
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
  v_timeout constant text := current_setting('lock_timeout');
  v_until constant timestamptz := clock_timestamp() + v_timeout::interval;
  v_ids constant uuid[] := array(
    select coalesce(
             e.profile_id,
             (select j.profile_id
                from credits.jobs j
               where j.id = e.job_id
                 and _lock_profiles.kind <> 'reserve'))
      from unnest(_lock_profiles.elements) e);
  v_locked credits.profiles[];
begin
  -- As in _lock_profile: local to the transaction, and never lowered.
  if current_setting('synchronous_commit') not in ('on', 'remote_apply') then
    perform set_config('synchronous_commit', 'on', true);
  end if;

  loop
    begin
      perform set_config('lock_timeout', '100ms', true);
      v_locked := array(
        select p
          from credits.profiles p
         where p.id = any (v_ids)
         order by p.id
           for no key update);
      perform set_config('lock_timeout', v_timeout, true);
      exit;
    exception when lock_not_available then
      perform credits._await_profiles(v_ids, v_until);
    end;
  end loop;
  return credits._bring_all_up_to_date(v_locked);
end
$$;
