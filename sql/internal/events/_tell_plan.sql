-- _tell_plan: tells what was planned of watched profiles and has just been written: holds and packs
-- that ended, jobs that settled for more than there was, and what the new balances mean.
-- Writes: events, alerts, topups.

create or replace function credits._tell_plan(
  purses credits._purse[],
  changes credits._change[]
)
returns void
language plpgsql volatile
as $$
declare
  v_watched constant uuid[] := array(
    select (u.profile).id
      from unnest(_tell_plan.purses) u
     where (u.profile).watched);
  v_moved record;
begin
  insert into credits.events (profile_id, seq, occurred_at, due_at, kind, subject, payload)
  select p.id, (c.returned).seq, t.at, t.at, k.kind, k.subject, k.payload
    from unnest(_tell_plan.changes) c
    join credits.alerts a on a.profile_id = (c.job).profile_id
    join credits.profiles p on p.id = a.profile_id
   cross join lateral (select greatest(credits._now(), p.changed_at) as at) t
   cross join lateral (
     select 'hold.expired' as kind, (c.job).id::text as subject,
            jsonb_build_object('job_id', (c.job).id,
                               'returned', (c.returned).monthly + (c.returned).addon) as payload
      where c.kind = 'expire'
     union all
     select 'pack.lapsed', c.pack_seq::text,
            jsonb_build_object('grant_seq', c.pack_seq, 'lapsed', -(c.returned).addon)
      where c.kind = 'lapse'
     union all
     select 'job.shortfall', (c.job).id::text,
            jsonb_build_object('job_id', (c.job).id, 'shortfall', (c.job).shortfall,
                               'settled_cost', (c.job).settled_cost)
      where c.kind = 'settle'
        and (c.job).shortfall > 0
   ) k
   where a.profile_id = any (v_watched)
     and k.kind = any (a.kinds);

  for v_moved in
    select (c.job).profile_id as id, min((c.returned).seq) as seq
      from unnest(_tell_plan.changes) c
     where (c.job).profile_id = any (v_watched)
       and ((c.returned).monthly <> 0 or (c.returned).addon <> 0)
     group by (c.job).profile_id
     order by (c.job).profile_id
  loop
    perform credits._tell(v_moved.id, v_moved.seq - 1);
  end loop;
end
$$;
