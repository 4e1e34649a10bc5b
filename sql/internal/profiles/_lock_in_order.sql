-- _lock_in_order: locks many profiles by ascending id, with their successors, to which goes on what
-- comes back to them. Who locks many so waits for each other and does not deadlock. For a profile
-- that somebody has locked it waits at most a tenth of a second with others in hand: then it lets
-- all of them go, waits for that one alone, as a call of its own would, and begins again.
-- Returns the rows of those that were asked for. A profile that is opened at this moment is not
-- among them, and must be left alone.
-- Raises: 55P03 where all of it takes longer than the lock_timeout of the caller.

create or replace function credits._lock_in_order(profile_ids uuid[])
returns credits.profiles[]
language plpgsql volatile
as $$
declare
  v_timeout constant text := current_setting('lock_timeout');
  v_until constant timestamptz := clock_timestamp() + v_timeout::interval;
  v_ids uuid[] := array_remove(_lock_in_order.profile_ids, null);
  v_successors uuid[];
  v_locked credits.profiles[];
begin
  if not credits._commits_durably() then
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
      v_successors := array(
        select m.to_profile_id
          from unnest(v_locked) p
          join credits.moves m on m.profile_id = p.id
         where p.closed_at is not null
           and m.to_profile_id <> all (v_ids));
      exit when cardinality(v_successors) = 0;
      raise exception using errcode = 'PT000', message = 'the locks go back';
    exception
      when lock_not_available then
        perform credits._await_profiles(v_ids, v_until);
      when sqlstate 'PT000' then
        v_ids := v_ids || v_successors;
    end;
  end loop;
  return array(
    select p from unnest(v_locked) p where p.id = any (_lock_in_order.profile_ids) order by p.id);
end
$$;
