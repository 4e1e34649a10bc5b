-- _plan_grant: what a grant makes of a profile. Writes nothing.
-- profile: as the caller has locked it, or as an earlier element of a batch leaves it.
-- Returns the answer to a grant that is no replay.
-- Raises: PT400 invalid_amount, invalid_interval; PT410 profile_closed.

create or replace function credits._plan_grant(
  profile credits.profiles,
  amount bigint,
  reference text,
  expires_at timestamptz,
  kind text,
  priority bigint
)
returns credits.grant_result
language plpgsql volatile
as $$
declare
  v_profile constant credits.profiles := _plan_grant.profile;
  v_row credits.grant_result;
begin
  perform credits._check_grant(v_profile, _plan_grant.amount, _plan_grant.expires_at);
  v_row.profile_id := v_profile.id;
  v_row.reference := _plan_grant.reference;
  v_row.amount := _plan_grant.amount;
  v_row.expires_at := _plan_grant.expires_at;
  v_row.kind := _plan_grant.kind;
  if _plan_grant.expires_at is not null then
    v_row.priority := _plan_grant.priority::integer;
  end if;
  v_row.previous_balance := v_profile.credits_remaining + v_profile.addon_credits;
  v_row.new_balance := v_row.previous_balance + _plan_grant.amount;
  v_row.seq := v_profile.seq + 1;
  v_row.replayed := false;
  return v_row;
end
$$;
