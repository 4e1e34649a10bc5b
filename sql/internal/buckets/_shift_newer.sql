-- _shift_newer: jobs hold more of the allowance of a month, or less, other than by taking or giving
-- back. They give that back before anything goes to the revocations of earlier months.
-- newer: how much more. before: only revocations that were opened before this ledger row; null for
-- all that were opened since the month began. The caller holds the profile's lock.
-- Writes: revocations.

create or replace function credits._shift_newer(
  renewal credits.renewals,
  newer bigint,
  before bigint default null
)
returns void
language sql volatile
as $$
  update credits.revocations v
     set newer_outstanding = greatest(v.newer_outstanding + _shift_newer.newer, 0)
    from credits.renewals r
   where _shift_newer.newer <> 0
     and v.profile_id = (_shift_newer.renewal).profile_id
     and v.opened_seq > (_shift_newer.renewal).seq
     and v.opened_seq < coalesce(_shift_newer.before, 9223372036854775807)
     and v.collected + v.lapsed < v.amount
     and r.profile_id = v.profile_id
     and r.seq = v.source_seq
     and r.period_start < (_shift_newer.renewal).period_start
$$;
