-- reserve_credits: takes the credits of a job from its profile: early packs, then monthly, then
--   addon.
-- Promises: the buckets, the job and the ledger row commit together or not at all, and the job
--   remembers what came from which bucket.
-- Parameters: profile_id: who pays; job_id: chosen by the caller, the key; cost: credits, 0 or
--   more; meta: the caller's metadata, a JSON object of at most 16 kB of text; hold_for: makes it
--   a hold, which gives the credits back by itself after this time, at most 365 days; spender: who
--   spends, in the caller's word: an API key, a member, a model.
-- Result: reservation; the balances are monthly + addon, in credits. state is the job's state now.
-- Locks: profile; a job id that another transaction is just using is waited for.
-- Reads: profiles, jobs, ledger, packs, limits. Writes: profiles, jobs, ledger (no ledger row for
--   cost 0), and where the profile has packs or limits: packs, pack_draws, limits.
-- Raises: PT400 missing_argument, invalid_amount, invalid_metadata, reserved_metadata_key,
--   invalid_interval, invalid_reference; PT402 insufficient_credits, limit_exceeded; PT404
--   profile_not_found; PT409 job_conflict, wrong_state; PT410 profile_closed; PT413
--   metadata_too_large.
-- Replay: the same job id with the same cost returns the first result while the job is reserved or
--   settled, even if the buckets are empty by now. Once it is refunded, rolled_back or expired, the
--   first result would claim credits that are not there: it is wrong_state, and takes nothing.
--   Another cost or profile is job_conflict. meta, hold_for and spender are not compared.

create or replace function credits.reserve_credits(
  profile_id uuid,
  job_id uuid,
  cost bigint,
  meta jsonb default '{}',
  hold_for interval default null,
  spender text default null
)
returns credits.reservation
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_valid boolean; -- assigned, since PERFORM costs more
  v_profile credits.profiles;
  v_early bigint := 0::bigint;
  v_split credits._split;
  v_from_packs bigint := 0::bigint;
  v_hold_expires_at timestamptz;
  v_seq bigint;
begin
  -- Most have nothing to check, and a function that an expression names costs even if not called.
  if reserve_credits.profile_id is null or reserve_credits.job_id is null
     or not credits._is_amount(reserve_credits.cost, 0) or reserve_credits.meta <> '{}'
     or reserve_credits.hold_for is not null or reserve_credits.spender is not null then
    v_valid := credits._check_reservation_arguments(
      reserve_credits.profile_id, reserve_credits.job_id, reserve_credits.cost,
      reserve_credits.meta, reserve_credits.hold_for, reserve_credits.spender);
  end if;

  v_profile := credits._bring_up_to_date(credits._lock_profile(reserve_credits.profile_id));
  if v_profile.early_packs and v_profile.next_pack_expiry is not null then
    v_early := credits._left_in_early_packs(v_profile.id);
  end if;
  v_split := credits._split_deduction(v_profile.credits_remaining, v_profile.addon_credits,
                                      v_profile.overdraft_limit, reserve_credits.cost, v_early);
  -- A replay takes nothing and is not refused for these. Otherwise the insert below notices it.
  if v_split.shortfall > 0 or v_profile.closed_at is not null
     or v_profile.next_pack_expiry is not null or v_profile.limited then
    if exists (select from credits.jobs j where j.id = reserve_credits.job_id) then
      return credits._replay_reservation(
        reserve_credits.profile_id, reserve_credits.job_id, reserve_credits.cost);
    end if;
    v_from_packs := credits._spend_for_job(
      v_profile, v_split, reserve_credits.job_id, reserve_credits.cost, reserve_credits.spender);
  end if;
  if reserve_credits.hold_for is not null then
    v_hold_expires_at := credits._later(credits._now(), reserve_credits.hold_for);
  end if;
  v_seq := v_profile.seq + case when reserve_credits.cost > 0 then 1 else 0 end;
  insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted, addon_deducted,
                            pack_deducted, reserve_seq, hold_expires_at, hold_due_at, period_start,
                            created_at, spender, meta_json)
  values (reserve_credits.job_id, v_profile.id, 'reserved', reserve_credits.cost, v_split.monthly,
          v_split.addon, v_from_packs, v_seq, v_hold_expires_at, v_hold_expires_at,
          v_profile.period_start, credits._now(), reserve_credits.spender,
          coalesce(reserve_credits.meta, '{}')
            || credits._deducted_meta(reserve_credits.cost, v_split.monthly, v_split.addon))
  on conflict do nothing;
  if not found then
    return credits._replay_reservation(
      reserve_credits.profile_id, reserve_credits.job_id, reserve_credits.cost);
  end if;
  if v_hold_expires_at is not null then
    -- Written even where the value stays, so that an older snapshot is refused (40001).
    update credits.profiles p
       set next_hold_expiry = least(p.next_hold_expiry, v_hold_expires_at)
     where p.id = v_profile.id;
  end if;
  if reserve_credits.cost > 0 then
    v_seq := credits._write_ledger(
      v_profile.id, 'reserve', reserve_credits.job_id, -v_split.monthly, -v_split.addon,
      credits._job_reason('reserve', reserve_credits.job_id, '-', v_split.monthly,
                          v_split.addon));
  end if;
  return credits._reservation_row(
    reserve_credits.job_id, v_profile.id, 'reserved', reserve_credits.cost, v_split.monthly,
    v_profile.credits_remaining + v_profile.addon_credits - reserve_credits.cost, v_seq, false,
    v_hold_expires_at);
end
$$;

comment on function credits.reserve_credits(uuid, uuid, bigint, jsonb, interval, text) is
  'Takes the credits of a job from its profile: early packs, then monthly, then addon. The job id '
  'is the key: the same call again returns the same result and takes nothing, or is refused if the '
  'credits of the job have gone back. With hold_for they go back by themselves unless the job is '
  'settled in time.';
