-- my_balance: what the person who asks has to spend now, as get_balance tells it in a read-only
-- transaction: overdue packs are left out.
-- It reads with the rights of its owner and shows one profile alone, so that a person needs no
-- right on a table. With a join nothing can be written through it, whatever is granted. The clock
-- is that of _now, which a person may not call.

create or replace view credits.my_balance
with (security_barrier = true) as
select p.id as profile_id,
       p.credits_remaining,
       p.addon_credits - k.overdue as addon_credits,
       p.credits_remaining + p.addon_credits - k.overdue as available
  from credits._own_profile o
  join credits.profiles p on p.id = o.profile_id
 cross join lateral (
   select coalesce(sum(k.remaining), 0)::bigint as overdue
     from credits.packs k
    where k.profile_id = p.id
      and k.remaining > 0
      and k.expires_at <= clock_timestamp()
 ) k;

comment on view credits.my_balance is
  'For customers: what one has to spend now, in credits, without packs that are overdue.';
