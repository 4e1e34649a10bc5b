-- _try_lock_successors: locks the successors of a profile, and never waits: true if all of them are
-- locked now, or there is none. For sweepers and batches, which hold the locks of many profiles.

create or replace function credits._try_lock_successors(profile_id uuid)
returns boolean
language plpgsql volatile
as $$
declare
  v_id uuid := _try_lock_successors.profile_id;
begin
  loop
    select m.to_profile_id into v_id
      from credits.moves m
     where m.profile_id = v_id;
    exit when not found;
    if not credits._try_lock_profile(v_id) then
      return false;
    end if;
  end loop;
  return true;
end
$$;
