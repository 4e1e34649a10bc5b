-- open_profile: opens a profile with its first credits.
-- Promises: the profile exists, with a first ledger row that says what it began with.
-- Parameters: profile_id: chosen by the caller, the key; credits_remaining: what is in the monthly
--   bucket at the start, in credits, 0 or more; addon_credits: what is in the addon bucket, 0 or
--   more.
-- Result: balance, as it was when the profile was opened.
-- Locks: profile.
-- Reads: profiles, ledger, settings. Writes: profiles, ledger; alerts, where settings say that
--   something is told of profiles.
-- Raises: PT400 missing_argument, invalid_amount; PT409 profile_exists.
-- Replay: the same amounts again return the first result; other amounts are profile_exists.

create or replace function credits.open_profile(
  profile_id uuid,
  credits_remaining bigint default 0,
  addon_credits bigint default 0
)
returns credits.balance
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_created boolean;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', open_profile.profile_id is not null);
  perform credits._check_amount('credits_remaining', open_profile.credits_remaining, 0);
  perform credits._check_amount('addon_credits', open_profile.addon_credits, 0,
                                credits._room(open_profile.credits_remaining, 0));

  insert into credits.profiles (id, created_at)
  values (open_profile.profile_id, credits._now())
  on conflict do nothing;
  v_created := found;
  perform credits._bring_up_to_date(credits._lock_profile(open_profile.profile_id));

  if v_created then
    perform credits._write_ledger(
      open_profile.profile_id, 'open', null,
      open_profile.credits_remaining, open_profile.addon_credits,
      format('profile opened (monthly: %s, addon: %s)',
             credits._delta_text(open_profile.credits_remaining),
             credits._delta_text(open_profile.addon_credits))
    );
    v_entry := credits._newest_entry(open_profile.profile_id);
    perform credits._watch_from_the_start(open_profile.profile_id);
  else
    select l.* into strict v_entry
      from credits.ledger l
     where l.profile_id = open_profile.profile_id
       and l.seq = 1;
    if v_entry.monthly_delta <> open_profile.credits_remaining
       or v_entry.addon_delta <> open_profile.addon_credits then
      raise exception using
        errcode = 'PT409',
        message = 'profile_exists',
        detail = '{}',
        hint = 'The profile was opened with other amounts: use grant_addon to add credits to it.';
    end if;
  end if;

  return credits._balance_row(v_entry, not v_created);
end
$$;

comment on function credits.open_profile(uuid, bigint, bigint) is
  'Opens a profile with its first credits: credits_remaining in the monthly bucket, addon_credits '
  'in the addon bucket. The profile id is the key.';
