-- _lower_allowance: what of a lowered part of an allowance is in the bucket or spent. The rest had
-- been collected by open revocations, the newest first: it is not theirs any more, and nobody gets
-- it.
-- renewal: with its new allowance. The change is the profile's next ledger row.
-- Writes: revocations, profiles.

create or replace function credits._lower_allowance(
  profile credits.profiles,
  renewal credits.renewals,
  lowered bigint
)
returns bigint
language plpgsql volatile
as $$
declare
  v_lowered bigint := _lower_allowance.lowered;
  v_left bigint := greatest( -- what they hold beyond the new allowance
    (credits._revoked_of(_lower_allowance.renewal)).amount - (_lower_allowance.renewal).allowance,
    0::bigint);
  v_revocation credits.revocations;
  v_part bigint;
  v_collected bigint;
begin
  for v_revocation in
    select r.*
      from credits.revocations r
     where r.profile_id = (_lower_allowance.profile).id
       and r.source_seq = (_lower_allowance.renewal).seq
       and r.amount > 0
     order by r.opened_seq desc
  loop
    exit when v_left = 0;
    v_part := least(v_left, v_revocation.amount);
    v_collected := least(v_part, v_revocation.collected);
    perform credits._shift_newer(
      _lower_allowance.renewal, v_collected - v_part, v_revocation.opened_seq);
    v_revocation.amount := v_revocation.amount - v_part;
    v_revocation.collected := v_revocation.collected - v_collected;
    v_revocation.seq := (_lower_allowance.profile).seq + 1;
    perform credits._write_revocation(v_revocation);
    v_left := v_left - v_part;
    v_lowered := v_lowered - v_collected;
  end loop;
  return v_lowered;
end
$$;
