-- preview_reserve: what reserve_credits would take for a new job now, by the same rules.
-- Promises: the split and the balances, or the refusal, that reserve_credits would answer at this
--   moment; it takes nothing. It promises nothing about later: only the reservation itself takes
--   the credits.
-- Parameters: profile_id: who would pay; cost: credits, 0 or more; spender: who would
--   spend, or null.
-- Result: reservation_preview; the balances are monthly + addon.
-- Locks: none; the profile where a hold or a pack is overdue and this is the first to notice.
-- Reads: profiles, jobs, packs, limits. Writes: nothing, or what processing an overdue hold or pack
--   writes: see expire_holds, expire_packs. A read-only transaction refuses that (25006).
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT402 insufficient_credits,
--   limit_exceeded; PT404 profile_not_found; PT410 profile_closed.
-- Replay: a read.

create or replace function credits.preview_reserve(
  profile_id uuid,
  cost bigint,
  spender text default null
)
returns credits.reservation_preview
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_preview credits.reservation_preview;
begin
  perform credits._check_present('profile_id', preview_reserve.profile_id is not null);
  perform credits._check_amount('cost', preview_reserve.cost, 0);
  if preview_reserve.spender is not null then
    perform credits._check_text('spender', preview_reserve.spender);
  end if;

  loop
    v_preview := credits._preview_reservation(
      preview_reserve.profile_id, preview_reserve.cost, preview_reserve.spender);
    exit when v_preview is not null;
    perform credits._bring_up_to_date(credits._lock_profile(preview_reserve.profile_id));
  end loop;
  return v_preview;
end
$$;

comment on function credits.preview_reserve(uuid, bigint, text) is
  'What reserve_credits would take for a new job now, or its refusal; takes nothing.';
