-- import_profile: imports a profile of the previous application, with its jobs and its history.
-- Promises: the buckets are what they were there, in a first ledger row; a job keeps what it took,
--   as its metadata or the history says, and can be refunded. What does not add up is refused
--   unless its kind is accepted. The balances then win over the ledger, the ledger over metadata.
-- Parameters: profile_id: its id there; credits_remaining: its monthly bucket there; addon_credits:
--   its addon bucket there; jobs: its jobs there; entries: its ledger rows there, whose amounts,
--   without signs, add up to at most 2^53-1; accept: kinds of damage that check_legacy_profile
--   reported and somebody has reviewed.
-- Result: import_result. A bucket below zero is carried into addon, and overdraft_limit covers it.
-- Locks: profile.
-- Reads: profiles, legacy_profiles, ledger, settings. Writes: profiles, ledger, jobs,
--   legacy_profiles, legacy_entries; alerts, where settings say that something is told of profiles.
-- Raises: PT400 missing_argument, invalid_option, invalid_amount; PT409 profile_exists,
--   job_conflict; PT422 legacy_damage.
-- Replay: a profile that was imported before returns the result of that import; no argument is
--   compared.

create or replace function credits.import_profile(
  profile_id uuid,
  credits_remaining numeric,
  addon_credits numeric,
  jobs credits.legacy_job[] default '{}',
  entries credits.legacy_entry[] default '{}',
  accept text[] default '{}'
)
returns credits.import_result
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_monthly constant bigint := credits._legacy_credits(import_profile.credits_remaining);
  v_addon constant bigint := credits._legacy_credits(import_profile.addon_credits)
                           + least(v_monthly, 0);
  v_created boolean;
  v_history credits.legacy_entries[];
  v_account credits._legacy_account;
  v_jobs bigint;
begin
  perform credits._check_present('profile_id', import_profile.profile_id is not null);
  perform credits._check_damage_kinds(import_profile.accept);
  perform credits._check_amount('addon_credits', v_addon, -9007199254740991);

  insert into credits.profiles (id, overdraft_limit, created_at)
  values (import_profile.profile_id, greatest(-v_addon, 0), credits._now())
  on conflict do nothing;
  v_created := found;
  perform credits._bring_up_to_date(credits._lock_profile(import_profile.profile_id));
  if not v_created then
    return credits._import_row(import_profile.profile_id, true);
  end if;

  v_history := credits._legacy_history(import_profile.jobs, import_profile.entries);
  perform credits._check_legacy_sum(v_history);
  v_account := credits._legacy_account(
    v_history, v_monthly, credits._legacy_credits(import_profile.addon_credits));
  perform credits._check_damage_accepted(
    array(select d
            from credits._legacy_damage(
                   import_profile.credits_remaining, import_profile.addon_credits,
                   import_profile.jobs, import_profile.entries, v_history, v_account) d),
    import_profile.accept);
  perform credits._check_amount('addon_credits', v_addon, -9007199254740991,
                                credits._room(greatest(v_monthly, 0), 0));

  v_jobs := credits._write_legacy_jobs(
    import_profile.profile_id, import_profile.jobs, v_history, v_account);
  insert into credits.legacy_profiles (profile_id, credits_remaining, addon_credits, jobs, entries,
                                       imported_at)
  values (import_profile.profile_id,
          case when import_profile.credits_remaining is not null then v_monthly end,
          case when import_profile.addon_credits is not null then v_addon - least(v_monthly, 0) end,
          v_jobs, cardinality(v_history), credits._now());
  -- After the row above: a mirror of the old columns compares what was imported with them.
  perform credits._write_ledger(
    import_profile.profile_id, 'open', null, greatest(v_monthly, 0), v_addon,
    format('profile imported (monthly: %s, addon: %s)',
           credits._delta_text(greatest(v_monthly, 0)), credits._delta_text(v_addon)));
  insert into credits.legacy_entries
  select import_profile.profile_id, h.position, h.ts, h.delta, h.stated_addon, h.job_id,
         h.job_position, h.kind, h.split_source, h.entry_id, h.reason
    from unnest(v_history) h;
  perform credits._watch_from_the_start(import_profile.profile_id);
  return credits._import_row(import_profile.profile_id, false);
end
$$;

comment on function credits.import_profile(
  uuid, numeric, numeric, credits.legacy_job[], credits.legacy_entry[], text[]) is
  'Imports a profile of the previous application, with its jobs and its history. Refuses what does '
  'not add up, unless its kind is in accept.';
