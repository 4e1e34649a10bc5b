-- _plan_notices: when pack.expiring is to be told of the packs of profiles that have not been told
-- of; never, if nobody wants to know. Nothing for profiles without an alert.
-- The caller holds the locks of the profiles.
-- Writes: packs.

create or replace function credits._plan_notices(profile_ids uuid[])
returns void
language sql volatile
as $$
  update credits.packs k
     set notice_at = n.notice_at
    from (select w.profile_id, w.seq,
                 case
                   when 'pack.expiring' = any (a.kinds)
                     then credits._later(w.expires_at, -a.notice_before)
                 end as notice_at
            from credits.alerts a
            join credits.packs w on w.profile_id = a.profile_id
           where a.profile_id = any (_plan_notices.profile_ids)
             and w.expires_at > credits._now()) n
   where k.profile_id = n.profile_id
     and k.seq = n.seq
     and k.notice_at is distinct from n.notice_at
     and k.notice_at is distinct from 'infinity'
$$;
