-- _draw_packs: spends addon credits of a profile's packs: smaller priority first, then the earlier
-- expiry, then the older grant. What they cannot give comes from the perpetual rest, which needs no
-- row. With a job it remembers what the job drew from which pack.
-- The caller holds the profile's lock and moves addon_credits itself. Returns what packs gave.

create or replace function credits._draw_packs(
  profile_id uuid,
  addon bigint,
  job_id uuid default null,
  draw smallint default 1
)
returns bigint
language plpgsql volatile
as $$
declare
  v_left bigint := _draw_packs.addon;
  v_taken bigint;
  v_position integer := 0;
  v_now constant timestamptz := credits._now();
  v_pack credits.packs;
begin
  for v_pack in
    select k.*
      from credits.packs k
     where k.profile_id = _draw_packs.profile_id
       and k.remaining > 0
     order by k.priority, k.expires_at, k.seq
  loop
    exit when v_left = 0;
    v_taken := least(v_left, v_pack.remaining);
    v_left := v_left - v_taken;
    update credits.packs k
       set remaining = k.remaining - v_taken
     where k.profile_id = v_pack.profile_id
       and k.seq = v_pack.seq;
    if _draw_packs.job_id is not null then
      v_position := v_position + 1;
      insert into credits.pack_draws (profile_id, job_id, draw, position, pack_seq, amount,
                                      time_left)
      values (v_pack.profile_id, _draw_packs.job_id, _draw_packs.draw, v_position, v_pack.seq,
              v_taken, v_pack.expires_at - v_now);
    end if;
  end loop;
  return _draw_packs.addon - v_left;
end
$$;
