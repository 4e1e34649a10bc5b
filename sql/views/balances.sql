-- balances: what each profile has to spend now, as get_balance tells it in a read-only transaction:
-- overdue packs are left out. The clock is that of _now, which readers may not call. Row-level
-- security of the caller applies.

create or replace view credits.balances
with (security_invoker = true) as
select p.id as profile_id,
       p.credits_remaining,
       p.addon_credits - k.overdue as addon_credits,
       p.credits_remaining + p.addon_credits - k.overdue as available,
       p.seq
  from credits.profiles p
 cross join lateral (
   select coalesce(sum(k.remaining), 0)::bigint as overdue
     from credits.packs k
    where k.profile_id = p.id
      and k.remaining > 0
      and k.expires_at <= clock_timestamp()
 ) k;

comment on view credits.balances is
  'What each profile has to spend now, in credits, without packs that are overdue.';
