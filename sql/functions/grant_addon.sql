-- grant_addon: adds bought credits to the addon bucket, once per reference.
-- Promises: the addon bucket grows by the amount exactly once; the monthly bucket is not touched.
-- Parameters: profile_id: who gets the credits; amount: credits to add, 1 or more; reference: the
--   caller's key, such as a payment, an order or a checkout; expires_at: makes the grant a pack,
--   which expires then, in the year 9999 at the latest; kind: paid or promo: a refund after the
--   expiry of a paid pack reopens it, and lapses with a promo one; priority: of a pack, -1000 to
--   1000, the smaller is spent first, and one below 0 before the monthly bucket; reason: a note for
--   people, added to the ledger's reason.
-- Result: grant_result; expires_at and priority are null for credits that never expire.
-- Locks: profile.
-- Reads: profiles, ledger, addon_grants, packs, settings. Writes: profiles, ledger, addon_grants,
--   and for a pack: packs.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference, invalid_option,
--   invalid_interval; PT404 profile_not_found; PT409 reference_conflict; PT410 profile_closed.
-- Replay: the same reference with the same amount, kind and pack returns the first result; where
--   one of these differs it is reference_conflict. The reason is not compared; the first stays. A
--   reference is a key within the profile; with the setting reference_scope = all, within all
--   profiles.

create or replace function credits.grant_addon(
  profile_id uuid,
  amount bigint,
  reference text,
  expires_at timestamptz default null,
  kind text default 'paid',
  priority bigint default 0,
  reason text default null
)
returns credits.grant_result
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_entry credits.ledger;
  v_grant credits.addon_grants;
  v_pack credits.packs;
  v_result credits.grant_result;
begin
  perform credits._check_present('profile_id', grant_addon.profile_id is not null);
  perform credits._check_grant_arguments(
    grant_addon.amount, grant_addon.reference, grant_addon.expires_at, grant_addon.kind,
    grant_addon.priority, grant_addon.reason);

  v_profile := credits._bring_up_to_date(credits._lock_profile(grant_addon.profile_id));

  v_entry := credits._keyed_entry(grant_addon.profile_id, 'grant', grant_addon.reference);
  if v_entry.seq is null then
    v_result := credits._plan_grant(
      v_profile, grant_addon.amount, grant_addon.reference, grant_addon.expires_at,
      grant_addon.kind, grant_addon.priority);
    perform credits._write_ledger(
      grant_addon.profile_id, 'grant', null, 0, grant_addon.amount,
      credits._grant_reason(grant_addon.reference, grant_addon.amount, grant_addon.reason),
      grant_addon.reference);
    v_entry := credits._newest_entry(v_profile.id);
    perform credits._write_grant(v_entry, grant_addon.kind);
    if grant_addon.expires_at is not null then
      insert into credits.packs (profile_id, seq, amount, remaining, expires_at, granted_until,
                                 kind, priority)
      values (v_profile.id, v_entry.seq, grant_addon.amount, grant_addon.amount,
              grant_addon.expires_at, grant_addon.expires_at, grant_addon.kind,
              grant_addon.priority);
      update credits.profiles p
         set next_pack_expiry = least(p.next_pack_expiry, grant_addon.expires_at),
             early_packs = p.early_packs or credits._is_early(grant_addon.priority)
       where p.id = v_profile.id;
      if v_profile.watched then
        perform credits._plan_notices(array[v_profile.id]);
      end if;
    end if;
    return v_result;
  end if;

  select g.* into strict v_grant
    from credits.addon_grants g
   where g.profile_id = v_entry.profile_id
     and g.seq = v_entry.seq;
  select k.* into v_pack
    from credits.packs k
   where k.profile_id = v_entry.profile_id
     and k.seq = v_entry.seq;
  perform credits._check_same_grant(
    v_grant, v_pack, grant_addon.amount, grant_addon.expires_at, grant_addon.kind,
    grant_addon.priority);
  v_result.profile_id := v_entry.profile_id;
  v_result.reference := v_entry.reference;
  v_result.amount := v_entry.addon_delta;
  v_result.new_balance := v_entry.monthly_balance + v_entry.addon_balance;
  v_result.previous_balance := v_result.new_balance - v_entry.addon_delta;
  v_result.seq := v_entry.seq;
  v_result.expires_at := v_pack.granted_until;
  v_result.kind := v_grant.kind;
  v_result.priority := v_pack.priority;
  v_result.replayed := true;
  return v_result;
end
$$;

comment on function credits.grant_addon(uuid, bigint, text, timestamptz, text, bigint, text) is
  'Adds bought credits to a profile''s addon bucket, once per reference (an order, a checkout id). '
  'With expires_at they are a pack, which is spent before credits that never expire.';
