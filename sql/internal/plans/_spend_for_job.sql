-- _spend_for_job: what there is to a reservation beside the two buckets and the job: it is refused
-- where its profile is closed, cannot pay it or has a limit without room, and spends packs. Returns
-- what packs gave.
-- profile: as the caller has locked it. split: what the job is to take of it.
-- Raises: PT402 insufficient_credits, limit_exceeded; PT410 profile_closed.

create or replace function credits._spend_for_job(
  profile credits.profiles,
  split credits._split,
  job_id uuid,
  cost bigint,
  spender text
)
returns bigint
language plpgsql volatile
as $$
declare
  v_profile alias for profile;
  v_split alias for split;
begin
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;
  if v_split.shortfall > 0 then
    perform credits._refuse_draw(v_profile, _spend_for_job.cost, v_split.shortfall);
  end if;
  if v_profile.limited then
    perform credits._spend_limits(v_profile, _spend_for_job.spender, _spend_for_job.cost);
  end if;
  if v_split.addon > 0 and v_profile.next_pack_expiry is not null then
    return credits._spend_packs(v_profile, v_split.addon, _spend_for_job.job_id);
  end if;
  return 0::bigint;
end
$$;
