-- _plan_notices: when pack.expiring is to be told of the packs of a profile that have not been told
-- of; never, if nobody wants to know.
-- alert: of the profile, whose lock the caller holds.
-- Writes: packs.

create or replace function credits._plan_notices(alert credits.alerts)
returns void
language sql volatile
as $$
  update credits.packs k
     set notice_at = n.notice_at
    from (select w.seq,
                 case
                   when 'pack.expiring' = any ((_plan_notices.alert).kinds)
                     then credits._later(w.expires_at, -(_plan_notices.alert).notice_before)
                 end as notice_at
            from credits.packs w
           where w.profile_id = (_plan_notices.alert).profile_id
             and w.expires_at > credits._now()) n
   where k.profile_id = (_plan_notices.alert).profile_id
     and k.seq = n.seq
     and k.notice_at is distinct from n.notice_at
     and k.notice_at is distinct from 'infinity'
$$;
