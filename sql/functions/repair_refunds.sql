-- repair_refunds: repairs what wrong refunds of the previous application did to a profile.
-- Promises: one ledger row for each wrong refund, once: the addon credits that were certainly lost
--   come back, and the monthly bucket gives up as many of them as it still has. What was spent or
--   renewed away since the import is not taken: it is written off.
-- Parameters: profile_id: whose refunds; reason: why; actor: who decided it; dry_run: true to
--   report only what would be done.
-- Result: repair rows, oldest refund first: addon_restored = monthly_taken + written_off.
-- Locks: profile; none with dry_run.
-- Reads: profiles, legacy_profiles, legacy_entries, ledger. Writes: profiles, ledger; nothing with
--   dry_run.
-- Raises: PT400 missing_argument, invalid_reference; PT404 profile_not_found.
-- Replay: a refund is repaired once: a second call returns its first row again, with replayed true.

create or replace function credits.repair_refunds(
  profile_id uuid,
  reason text,
  actor text,
  dry_run boolean default false
)
returns setof credits.repair
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_audit credits.refund_audit;
  v_entry credits.ledger;
  v_taken bigint;
begin
  perform credits._check_present('profile_id', repair_refunds.profile_id is not null);
  perform credits._check_text('reason', repair_refunds.reason);
  perform credits._check_text('actor', repair_refunds.actor);
  perform credits._check_present('dry_run', repair_refunds.dry_run is not null);

  if repair_refunds.dry_run then
    select p.* into v_profile
      from credits.profiles p
     where p.id = repair_refunds.profile_id;
    if not found then
      perform credits._refuse_unknown_profile();
    end if;
  else
    v_profile := credits._bring_up_to_date(credits._lock_profile(repair_refunds.profile_id));
  end if;

  for v_audit in
    select a.*
      from credits._audit_profile(v_profile.id) a
     where a.addon_lost_at_least > 0
     order by a.position
  loop
    if v_audit.repair_seq is not null then
      select l.* into strict v_entry
        from credits.ledger l
       where l.profile_id = v_profile.id
         and l.seq = v_audit.repair_seq;
    else
      -- A renewal here has ended the month that the credits were in.
      v_taken := case
        when v_profile.period_start is null
          then least(v_audit.monthly_gained_at_least, v_profile.credits_remaining)
        else 0
      end;
      v_profile.credits_remaining := v_profile.credits_remaining - v_taken;
      v_profile.addon_credits := v_profile.addon_credits + v_audit.addon_lost_at_least;
      if repair_refunds.dry_run then
        v_entry.seq := null;
        v_entry.monthly_delta := -v_taken;
        v_entry.addon_delta := v_audit.addon_lost_at_least;
        v_entry.monthly_balance := v_profile.credits_remaining;
        v_entry.addon_balance := v_profile.addon_credits;
      else
        perform credits._write_ledger(
          v_profile.id, 'repair', v_audit.job_id, -v_taken, v_audit.addon_lost_at_least,
          format('repair: refund of job %s (monthly: %s, addon: %s, written off: %s): %s',
                 v_audit.job_id, credits._delta_text(-v_taken),
                 credits._delta_text(v_audit.addon_lost_at_least),
                 v_audit.addon_lost_at_least - v_taken, repair_refunds.reason),
          v_audit.reference, repair_refunds.actor);
        v_entry := credits._newest_entry(v_profile.id);
      end if;
    end if;
    return next credits._repair_row(v_audit, v_entry);
  end loop;
  if v_profile.closed_at is not null and not repair_refunds.dry_run then
    perform credits._follow(v_profile.id);
  end if;
end
$$;

comment on function credits.repair_refunds(uuid, text, text, boolean) is
  'Repairs what wrong refunds of the previous application did to a profile: one ledger row for '
  'each, once, with the reason and who decided it.';
