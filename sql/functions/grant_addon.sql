-- grant_addon: adds bought credits to the addon bucket, once per reference.
-- Promises: the addon bucket grows by the amount exactly once; the monthly bucket is not touched.
-- Parameters: profile_id: who gets the credits; amount: credits to add, 1 or more; reference: the
--   caller's key, such as an order or checkout id; reason: a note for people, added to the ledger's
--   reason.
-- Result: grant_result.
-- Locks: profile.
-- Reads: profiles, ledger. Writes: profiles, ledger.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 profile_not_found;
--   PT409 reference_conflict.
-- Replay: the same reference and amount answer as the first call did; another amount is
--   reference_conflict. The reason is not compared; the first stays.

create or replace function credits.grant_addon(
  profile_id uuid,
  amount bigint,
  reference text,
  reason text default null
)
returns credits.grant_result
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
as $$
declare
  v_profile credits.profiles;
  v_entry credits.ledger;
  v_result credits.grant_result;
begin
  perform credits._check_present('profile_id', grant_addon.profile_id is not null);
  perform credits._check_amount('amount', grant_addon.amount, 1);
  perform credits._check_text('reference', grant_addon.reference);
  if grant_addon.reason is not null then
    perform credits._check_text('reason', grant_addon.reason);
  end if;

  v_profile := credits._lock_profile(grant_addon.profile_id);

  select l.* into v_entry
    from credits.ledger l
   where l.profile_id = grant_addon.profile_id
     and l.reference = grant_addon.reference
     and l.kind = 'grant';
  v_result.replayed := found;
  if not v_result.replayed then
    -- The bucket has the same cap as every amount.
    perform credits._check_amount(
      'amount', grant_addon.amount, 1, 9007199254740991 - greatest(v_profile.addon_credits, 0)
    );
    v_entry := credits._write_ledger(
      grant_addon.profile_id, 'grant', null, 0, grant_addon.amount,
      format('addon grant: %s (addon: +%s)', grant_addon.reference, grant_addon.amount)
        || coalesce(': ' || grant_addon.reason, ''),
      grant_addon.reference
    );
  elsif v_entry.addon_delta <> grant_addon.amount then
    raise exception using
      errcode = 'PT409',
      message = 'reference_conflict',
      detail = jsonb_build_object('parameter', 'reference',
                                  'stored', v_entry.addon_delta, 'given', grant_addon.amount),
      hint = 'This reference was granted with another amount: use a new reference for a new grant.';
  end if;

  v_result.profile_id := v_entry.profile_id;
  v_result.reference := v_entry.reference;
  v_result.amount := v_entry.addon_delta;
  v_result.new_balance := v_entry.monthly_balance + v_entry.addon_balance;
  v_result.previous_balance := v_result.new_balance - v_entry.addon_delta;
  v_result.seq := v_entry.seq;
  return v_result;
end
$$;

comment on function credits.grant_addon(uuid, bigint, text, text) is
  'Adds bought credits to a profile''s addon bucket, once per reference (an order, a checkout id).';
