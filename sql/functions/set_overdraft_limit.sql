-- set_overdraft_limit: sets how far below zero a profile's addon bucket may go.
-- Promises: the limit is never below what the profile owes already.
-- Parameters: profile_id: whose bucket; overdraft_limit: credits, 0 or more; reason: why; actor:
--   who.
-- Result: balance; the limit itself is not part of available.
-- Locks: profile.
-- Reads: profiles, ledger, packs. Writes: profiles, and a ledger row with zero deltas.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 profile_not_found;
--   PT409 wrong_state; PT410 profile_closed.
-- Replay: the limit that is set already changes nothing, and returns the present balance.

create or replace function credits.set_overdraft_limit(
  profile_id uuid,
  overdraft_limit bigint,
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
  v_profile credits.profiles;
  v_rest bigint;
  v_entry credits.ledger;
begin
  perform credits._check_present('profile_id', set_overdraft_limit.profile_id is not null);
  perform credits._check_amount('overdraft_limit', set_overdraft_limit.overdraft_limit, 0);
  perform credits._check_text('reason', set_overdraft_limit.reason);
  perform credits._check_text('actor', set_overdraft_limit.actor);

  v_profile := credits._bring_up_to_date(credits._lock_profile(set_overdraft_limit.profile_id));

  if v_profile.overdraft_limit = set_overdraft_limit.overdraft_limit then
    return credits._balance_row(credits._newest_entry(v_profile.id), true);
  end if;
  if v_profile.closed_at is not null then
    perform credits._refuse_closed();
  end if;
  v_rest := credits._perpetual_rest(v_profile);
  if -v_rest > set_overdraft_limit.overdraft_limit then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('debt', -v_rest),
      hint = 'The profile owes more than this limit: add credits first.';
  end if;

  update credits.profiles p
     set overdraft_limit = set_overdraft_limit.overdraft_limit
   where p.id = v_profile.id;
  perform credits._write_ledger(
    v_profile.id, 'adjust', null, 0, 0,
    format('overdraft limit: %s: %s',
           set_overdraft_limit.overdraft_limit, set_overdraft_limit.reason),
    null, set_overdraft_limit.actor);
  v_entry := credits._newest_entry(v_profile.id);
  return credits._balance_row(v_entry, false);
end
$$;

comment on function credits.set_overdraft_limit(uuid, bigint, text, text) is
  'Sets how far below zero a profile''s addon bucket may go, in credits.';
