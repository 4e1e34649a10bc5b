-- decline_topup: says that a request for credits is not answered, as when a card was declined, and
-- for how long none is made.
-- Promises: from then on, nothing is asked for until the pause is over.
-- Parameters: profile_id: whose; reference: of the request; pause: for how long nothing is asked
--   for, at most 365 days.
-- Result: topup, as it is now.
-- Locks: profile.
-- Reads: profiles, topups. Writes: topups, alerts.
-- Raises: PT400 missing_argument, invalid_reference, invalid_interval; PT404 profile_not_found,
--   topup_not_found; PT409 wrong_state.
-- Replay: one that was declined stays so, and the pause as it is.

create or replace function credits.decline_topup(
  profile_id uuid,
  reference text,
  pause interval default '1 day'
)
returns credits.topup
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_profile credits.profiles;
  v_topup credits.topups;
  v_paused_until timestamptz;
  v_now timestamptz;
  v_replayed boolean;
begin
  perform credits._check_present('profile_id', decline_topup.profile_id is not null);
  perform credits._check_text('reference', decline_topup.reference);
  perform credits._check_interval('pause', decline_topup.pause);

  v_profile := credits._bring_up_to_date(credits._lock_profile(decline_topup.profile_id));
  v_now := credits._now();
  perform credits._close_topup(v_profile.id);
  select t.* into v_topup
    from credits.topups t
   where t.profile_id = v_profile.id
     and t.reference = decline_topup.reference;
  if not found then
    raise exception using
      errcode = 'PT404',
      message = 'topup_not_found',
      detail = '{}',
      hint = 'Check the profile and the reference: the event topup.requested names both.';
  end if;
  if v_topup.state = 'granted' then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_topup.state),
      hint = 'These credits were granted already. If the payment failed afterwards, revoke the '
             'grant.';
  end if;
  v_replayed := v_topup.state = 'declined';
  if not v_replayed then
    update credits.topups t
       set state = 'declined',
           closed_at = v_now
     where t.profile_id = v_topup.profile_id
       and t.number = v_topup.number
    returning t.* into v_topup;
    update credits.alerts a
       set topup_paused_until = credits._later(v_now, decline_topup.pause)
     where a.profile_id = v_topup.profile_id;
  end if;
  select a.topup_paused_until into v_paused_until
    from credits.alerts a
   where a.profile_id = v_topup.profile_id;
  return row(v_topup.profile_id, v_topup.reference, v_topup.amount, v_topup.state,
             v_topup.requested_at, v_topup.closed_at, v_paused_until, v_replayed)::credits.topup;
end
$$;

comment on function credits.decline_topup(uuid, text, interval) is
  'Says that a request for credits is not answered, as when a card was declined, and for how long '
  'none is made.';
