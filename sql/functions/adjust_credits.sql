-- adjust_credits: corrects the buckets by hand, and records why and who decided it.
-- Promises: once per adjustment_id, and takes no bucket below its limit. A closed profile takes
--   corrections downwards only, and upwards what pays its debt.
-- Parameters: profile_id: whose buckets; adjustment_id: the caller's key; monthly_delta,
--   addon_delta: credits to add or, negative, to take, not both 0; reason: why; actor: who.
-- Result: balance, as of this adjustment.
-- Locks: profile.
-- Reads: profiles, ledger, packs. Writes: profiles, ledger, and for a negative addon_delta: packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT402 insufficient_credits;
--   PT404 profile_not_found; PT409 reference_conflict; PT410 profile_closed.
-- Replay: the same adjustment_id with the same deltas returns the first result; with other deltas
--   it is reference_conflict. Reason and actor are not compared.

create or replace function credits.adjust_credits(
  profile_id uuid,
  adjustment_id text,
  monthly_delta bigint,
  addon_delta bigint,
  reason text,
  actor text
)
returns credits.balance
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  c_hint constant text := 'This adjustment was made already, with other deltas: only another '
                          'adjustment has an adjustment_id of its own.';
  v_profile credits.profiles;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', adjust_credits.profile_id is not null);
  perform credits._check_text('adjustment_id', adjust_credits.adjustment_id);
  perform credits._check_amount('monthly_delta', adjust_credits.monthly_delta, -9007199254740991);
  perform credits._check_amount('addon_delta', adjust_credits.addon_delta, -9007199254740991);
  if adjust_credits.monthly_delta = 0 and adjust_credits.addon_delta = 0 then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_amount',
      detail = '{"parameter": "monthly_delta", "value": 0}',
      hint = 'Give a delta other than 0 for at least one of the buckets.';
  end if;
  perform credits._check_text('reason', adjust_credits.reason);
  perform credits._check_text('actor', adjust_credits.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(adjust_credits.profile_id));

  v_entry := credits._keyed_entry(
    adjust_credits.profile_id, 'adjust', adjust_credits.adjustment_id);
  if v_entry.seq is not null then
    if v_entry.monthly_delta <> adjust_credits.monthly_delta then
      perform credits._refuse_conflict(
        'monthly_delta', to_jsonb(v_entry.monthly_delta), to_jsonb(adjust_credits.monthly_delta),
        c_hint);
    end if;
    if v_entry.addon_delta <> adjust_credits.addon_delta then
      perform credits._refuse_conflict(
        'addon_delta', to_jsonb(v_entry.addon_delta), to_jsonb(adjust_credits.addon_delta),
        c_hint);
    end if;
    return credits._balance_row(v_entry, true);
  end if;
  if v_profile.closed_at is not null
     and (adjust_credits.monthly_delta > 0
          or adjust_credits.addon_delta > greatest(-credits._perpetual_rest(v_profile), 0)) then
    perform credits._refuse_closed();
  end if;
  perform credits._check_adjustment(
    v_profile, adjust_credits.monthly_delta, adjust_credits.addon_delta);

  if adjust_credits.addon_delta < 0 and v_profile.next_pack_expiry is not null then
    perform credits._spend_packs(v_profile, -adjust_credits.addon_delta);
  end if;
  perform credits._write_ledger(
    v_profile.id, 'adjust', null, adjust_credits.monthly_delta, adjust_credits.addon_delta,
    format('adjustment: %s (monthly: %s, addon: %s): %s',
           adjust_credits.adjustment_id,
           credits._delta_text(adjust_credits.monthly_delta),
           credits._delta_text(adjust_credits.addon_delta),
           adjust_credits.reason),
    adjust_credits.adjustment_id, adjust_credits.actor);
  v_entry := credits._newest_entry(v_profile.id);
  return credits._balance_row(v_entry, false);
end
$$;

comment on function credits.adjust_credits(uuid, text, bigint, bigint, text, text) is
  'Corrects the buckets by hand, once per adjustment id, and records why and who decided it.';
