-- _revoke: takes a grant or the allowance of a month back, all that is left of it or a part, once
-- per revocation_id. What is still there is collected. What is not was spent, as far as no other
-- open revocation waits for it: it stays uncollected, and what jobs give back goes to it. The rest
-- has lapsed.
-- The caller holds the profile's lock.
-- Writes: profiles, ledger, revocations, and for a pack: packs.
-- Raises: PT409 reference_conflict.

create or replace function credits._revoke(
  source credits._revocable,
  revocation_id text,
  requested bigint,
  reason text,
  actor text
)
returns credits.revocation
language plpgsql volatile
as $$
declare
  v_source constant credits._revocable := _revoke.source;
  v_revocation credits.revocations := credits._get_revocation(v_source, _revoke.revocation_id);
  v_others record;
  v_spent bigint;
begin
  if v_revocation.seq is not null then
    if v_revocation.opened_seq is not null
       and v_revocation.requested is distinct from _revoke.requested then
      perform credits._refuse_conflict(
        'amount', to_jsonb(v_revocation.requested), to_jsonb(_revoke.requested),
        'This revocation_id took back another amount. A report of the same refund or dispute has '
        'the same amount; another refund or dispute has an id of its own.');
    end if;
    return credits._revocation_row(v_source, v_revocation, true);
  end if;

  select coalesce(sum(r.amount), 0)::bigint as amount,
         coalesce(sum(r.lapsed), 0)::bigint as lapsed
    into v_others
    from credits.revocations r
   where r.profile_id = v_source.profile_id
     and r.source_seq = v_source.seq;
  v_revocation.requested := _revoke.requested;
  v_revocation.newer_outstanding := v_source.newer_outstanding;
  v_revocation.amount := least(
    coalesce(_revoke.requested, v_source.amount), v_source.amount - v_others.amount);
  v_revocation.collected := least(v_revocation.amount, v_source.remaining);
  v_spent := greatest(v_source.amount - v_source.remaining - v_source.lapsed
                      - v_others.amount + v_others.lapsed, 0);
  v_revocation.lapsed := greatest(0, least(
    v_revocation.amount - v_revocation.collected - v_spent, v_source.lapsed - v_others.lapsed));

  if v_source.pack_expires_at is not null and v_revocation.collected > 0 then
    update credits.packs k
       set remaining = k.remaining - v_revocation.collected
     where k.profile_id = v_source.profile_id
       and k.seq = v_source.seq;
    v_revocation.time_left := v_source.pack_expires_at - credits._now();
  end if;
  v_revocation.seq := credits._write_correction(
    v_source, v_revocation, 'revoke', -v_revocation.collected, _revoke.reason, _revoke.actor);
  v_revocation.opened_seq := v_revocation.seq;
  perform credits._write_revocation(v_revocation);
  if v_revocation.amount > v_revocation.collected + v_revocation.lapsed then
    perform credits._tell_uncollected(v_source, v_revocation);
  end if;
  return credits._revocation_row(v_source, v_revocation, false);
end
$$;
