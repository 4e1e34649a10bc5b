-- _await_profiles: waits until the first of a batch's profiles that somebody has locked is free. It
-- keeps no lock: leaving a block by an exception gives back those that were taken in it.
-- Raises: 55P03 where that takes until a moment that is too late.

create or replace function credits._await_profiles(profile_ids uuid[], until timestamptz)
returns void
language plpgsql volatile
as $$
declare
  v_left constant bigint :=
    (extract(epoch from _await_profiles.until - clock_timestamp()) * 1000)::bigint;
  v_free uuid[];
begin
  if v_left < 1 then
    raise exception using
      errcode = 'lock_not_available',
      message = 'canceling statement due to lock timeout';
  end if;
  begin
    v_free := array(
      select p.id
        from credits.profiles p
       where p.id = any (_await_profiles.profile_ids)
         for no key update skip locked);
    raise exception using errcode = 'PT000', message = 'the locks go back';
  exception when sqlstate 'PT000' then
    null;
  end;
  begin
    perform set_config('lock_timeout', v_left || 'ms', true);
    perform
      from credits.profiles p
     where p.id = (select b.id
                     from credits.profiles b
                    where b.id = any (_await_profiles.profile_ids)
                      and b.id <> all (v_free)
                    order by b.id
                    limit 1)
       for no key update;
    raise exception using errcode = 'PT000', message = 'the lock goes back';
  exception when sqlstate 'PT000' then
    null;
  end;
end
$$;
