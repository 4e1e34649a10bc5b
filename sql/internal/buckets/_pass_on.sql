-- _pass_on: a revocation ends, and other open ones had asked for more than it had left them: they
-- get what they lack of it, the oldest first. Those of the same grant or month get their share of
-- what it took back; and what it collected goes to those that were opened after it and found the
-- credits gone, of a grant that never expires also to those of other such grants. So it does not
-- matter which was reported first. Returns what is left of it.
-- seq: the ledger row that will say so. The caller holds the profile's lock.
-- Writes: revocations, profiles.

create or replace function credits._pass_on(
  source credits._revocable,
  revocation credits.revocations,
  seq bigint
)
returns credits.revocations
language plpgsql volatile
as $$
declare
  v_revocation credits.revocations := _pass_on.revocation;
  v_other credits.revocations;
  v_part bigint;
  v_more bigint;
  v_collected bigint;
  v_lapsed bigint;
begin
  for v_other in
    select r.*
      from credits.revocations r
     where r.profile_id = v_revocation.profile_id
       and (r.source_seq, r.revocation_id)
           is distinct from (v_revocation.source_seq, v_revocation.revocation_id)
       and r.ended_at is null
       and (r.source_seq = v_revocation.source_seq
            or (_pass_on.source).pack_expires_at is null
               and (_pass_on.source).period_start is null
               and exists (select
                             from credits.addon_grants g
                            where g.profile_id = r.profile_id
                              and g.seq = r.source_seq)
               and not exists (select
                                 from credits.packs k
                                where k.profile_id = r.profile_id
                                  and k.seq = r.source_seq))
     order by r.opened_seq
  loop
    exit when v_revocation.amount = 0;
    v_part := 0;
    v_more := 0;
    if v_other.source_seq = v_revocation.source_seq then
      v_part := least(v_revocation.amount,
                      coalesce(v_other.requested, (_pass_on.source).amount) - v_other.amount);
    end if;
    -- As when it was revoked: what was there, then what was spent, then what had lapsed.
    v_collected := least(v_part, v_revocation.collected);
    v_lapsed := greatest(0, v_part + v_revocation.lapsed - v_collected
                            - (v_revocation.amount - v_revocation.collected));
    if v_other.opened_seq > v_revocation.opened_seq then
      v_more := least(v_other.amount - v_other.collected - v_other.lapsed,
                      v_revocation.collected - v_collected);
    end if;
    continue when v_part + v_more = 0;
    if v_collected + v_more > 0 then
      v_other.time_left := greatest(v_other.time_left, v_revocation.time_left);
    end if;
    v_other.amount := v_other.amount + v_part;
    v_other.collected := v_other.collected + v_collected + v_more;
    v_other.lapsed := v_other.lapsed + v_lapsed;
    v_other.seq := _pass_on.seq;
    v_revocation.amount := v_revocation.amount - v_part;
    v_revocation.collected := v_revocation.collected - v_collected - v_more;
    v_revocation.lapsed := v_revocation.lapsed - v_lapsed;
    perform credits._write_revocation(v_other);
  end loop;
  return v_revocation;
end
$$;
