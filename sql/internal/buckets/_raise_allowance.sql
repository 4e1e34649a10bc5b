-- _raise_allowance: what open revocations leave of a raised part of an allowance: those that had
-- asked for more than there was get it first.
-- renewal: with its new allowance. The change is the profile's next ledger row.
-- Writes: revocations, profiles.

create or replace function credits._raise_allowance(
  profile credits.profiles,
  renewal credits.renewals,
  raised bigint
)
returns bigint
language plpgsql volatile
as $$
declare
  v_source credits._revocable;
  v_part credits.revocations; -- as if one that had taken all of it were undone
begin
  v_source.amount := (_raise_allowance.renewal).allowance;
  v_part.profile_id := (_raise_allowance.profile).id;
  v_part.source_seq := (_raise_allowance.renewal).seq;
  v_part.amount := _raise_allowance.raised;
  v_part.collected := _raise_allowance.raised;
  v_part.lapsed := 0;
  return (credits._pass_on(v_source, v_part, (_raise_allowance.profile).seq + 1)).collected;
end
$$;
