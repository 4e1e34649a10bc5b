-- _write_uncollected: what all revocations and lowered allowances of a profile still wait for. The
-- caller holds the profile's lock.
-- Writes: profiles.

create or replace function credits._write_uncollected(profile_id uuid)
returns void
language sql volatile
as $$
  update credits.profiles p
     set uncollected = (
           select coalesce(sum(r.amount - r.collected - r.lapsed), 0)::bigint
             from credits.revocations r
            where r.profile_id = p.id
              and r.collected + r.lapsed < r.amount) + (
           select coalesce(sum(n.owed), 0)::bigint
             from credits.renewals n
            where n.profile_id = p.id
              and n.owed > 0)
   where p.id = _write_uncollected.profile_id
$$;
