-- _audit_profile: the refunds in an imported profile's history that put addon credits into the
-- monthly bucket. What the profile lost in all follows from its books; it is attributed to its
-- newest refunds first, to each at most what it misplaced: the oldest misplaced credits were spent
-- first. What the monthly bucket still had too much is attributed in the same way.

create or replace function credits._audit_profile(profile_id uuid)
returns setof credits.refund_audit
language sql stable
as $$
  with imported as materialized ( -- else the history is played through for each row
    select h.history,
           credits._legacy_account(h.history, coalesce(p.credits_remaining, 0),
                                   coalesce(p.addon_credits, 0)) as account
      from credits.legacy_profiles p
     cross join lateral (
       select coalesce(array_agg(e order by e.position), '{}') as history
         from credits.legacy_entries e
        where e.profile_id = p.profile_id
     ) h
     where p.profile_id = _audit_profile.profile_id
  ), refund as (
    select h.position, h.job_id, h.entry_id, h.ts, h.delta, b.lost_at_least,
           b.lost_at_most, b.gained_at_least, b.gained_at_most, h.misplaced_at_least,
           h.misplaced_at_most,
           coalesce(sum(h.misplaced_at_least) over newer, 0) as newer_at_least,
           coalesce(sum(h.misplaced_at_most) over newer, 0) as newer_at_most
      from imported i
     cross join lateral (
       select (i.account).at_least as least, (i.account).at_most as most
     ) a
     cross join lateral (
       select (a.least).addon_parts as parts_at_least, (a.most).addon_parts as parts_at_most,
              (a.least).addon_lost as lost_at_least, (a.most).addon_lost as lost_at_most,
              (a.least).monthly_gained as gained_at_least,
              (a.most).monthly_gained as gained_at_most
     ) b
     cross join lateral rows from (
       unnest(i.history), unnest(b.parts_at_least), unnest(b.parts_at_most)
     ) as h (profile_id, position, ts, delta, stated_addon, job_id, job_position, kind,
             split_source, entry_id, reason, misplaced_at_least, misplaced_at_most)
     where h.kind = 'refund'
    window newer as (order by h.position desc rows between unbounded preceding and 1 preceding)
  ), lost as (
    select r.*,
           greatest(0, least(r.misplaced_at_least, r.lost_at_least - r.newer_at_least)) as at_least,
           greatest(0, least(r.misplaced_at_most, r.lost_at_most - r.newer_at_most)) as at_most
      from refund r
  ), gained as (
    select l.*,
           greatest(0, least(l.at_least, l.gained_at_least
                                         - coalesce(sum(l.at_least) over newer, 0))) as still_least,
           greatest(0, least(l.at_most, l.gained_at_most
                                        - coalesce(sum(l.at_most) over newer, 0))) as still_most
      from lost l
    window newer as (order by l.position desc rows between unbounded preceding and 1 preceding)
  )
  select _audit_profile.profile_id, g.job_id, g.entry_id, g.ts, g.delta,
         g.misplaced_at_least, g.misplaced_at_most,
         g.at_least::bigint, greatest(g.at_least, g.at_most)::bigint,
         g.still_least::bigint, greatest(g.still_least, g.still_most)::bigint,
         case
           when g.misplaced_at_least = g.misplaced_at_most and g.lost_at_least = g.lost_at_most
                and g.gained_at_least = g.gained_at_most then 'exact'
           else 'bounded'
         end,
         g.position, k.reference,
         (select r.seq
            from credits._keyed_entry(_audit_profile.profile_id, 'repair', k.reference,
                                      g.job_id) r)
    from gained g
   cross join lateral (select format('legacy refund %s', g.position) as reference) k
   where g.misplaced_at_most > 0
   order by g.position
$$;
