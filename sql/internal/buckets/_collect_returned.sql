-- _collect_returned: a part of what a job gave back goes to the claims that wait for it, the oldest
-- revocation first: of what stayed each collects what it lacks, and what lapsed has lapsed for it
-- too. The revocation of a month gets what jobs of it and of earlier months return; jobs of later
-- months give the allowances of these back first. What the month of the job owes comes before
-- revocations of other months.
-- Pure. Returns the claims as they are then, what was collected, and how much less they wait for.
-- claims: oldest first. period_start: of the month that the credits came from; null for addon
-- credits. pack: the pack they went back to, as it is then; null for perpetual ones. drawn_seq: the
-- ledger row that drew them; amount: how many came back; lapsed: the part of them that lapsed at
-- once; seq: the ledger row that will say so; at: when.

create or replace function credits._collect_returned(
  claims credits._claim[],
  period_start timestamptz,
  pack credits.packs,
  drawn_seq bigint,
  amount bigint,
  lapsed bigint,
  seq bigint,
  at timestamptz
)
returns credits._collected
language plpgsql immutable
as $$
declare
  v_collected credits._collected := row(
    _collect_returned.claims, 0::bigint, 0::bigint);
  v_claims credits._claim[] := _collect_returned.claims;
  v_claim credits._claim;
  v_revocation credits.revocations;
  -- What a month owes is paid by its own jobs alone: so it is not for revocations of others.
  v_owed constant bigint := coalesce(
    (select (c.revocation).amount - (c.revocation).collected - (c.revocation).lapsed
       from unnest(v_claims) c
      where (c.revocation).revocation_id is null
        and c.period_start = _collect_returned.period_start), 0::bigint);
  v_place integer;
  v_stayed bigint := _collect_returned.amount - _collect_returned.lapsed;
  v_lapsed bigint := _collect_returned.lapsed;
  v_lacks bigint;
  v_newer bigint;
  v_part bigint;
  v_gone bigint; -- what lapsed for it
begin
  for v_place in
    select c.ordinality::integer
      from unnest(v_claims) with ordinality c
     order by v_owed > 0 and c.period_start > _collect_returned.period_start, c.ordinality
  loop
    v_claim := v_claims[v_place];
    v_revocation := v_claim.revocation;
    exit when v_stayed + v_lapsed = 0;
    continue when (v_claim.period_start is null) <> (_collect_returned.period_start is null)
               or v_claim.is_pack <> ((_collect_returned.pack).seq is not null)
               or v_revocation.source_seq <> (_collect_returned.pack).seq
               or v_revocation.opened_seq <= _collect_returned.drawn_seq
               or v_revocation.revocation_id is null -- what is owed of a month, by its own jobs
                  and v_claim.period_start <> _collect_returned.period_start;

    v_lacks := v_revocation.amount - v_revocation.collected - v_revocation.lapsed;
    continue when v_lacks = 0; -- an element of a batch before this one has completed it
    v_newer := 0;
    v_gone := 0;
    if v_claim.period_start < _collect_returned.period_start then
      v_newer := least(v_revocation.newer_outstanding, greatest(v_stayed - v_owed, 0));
      v_revocation.newer_outstanding := v_revocation.newer_outstanding - v_newer;
      v_newer := least(v_newer + v_owed, v_stayed);
    elsif v_claim.period_start is not distinct from _collect_returned.period_start then
      v_gone := least(v_lapsed, v_lacks);
    end if;
    if v_revocation.revocation_id is null then
      v_part := least(v_stayed, v_lacks - v_gone); -- had it been paid in time, no more had lapsed
    else
      v_part := least(v_stayed - v_newer, v_lacks);
      v_gone := least(v_gone, v_lacks - v_part);
    end if;
    if v_part > 0 then
      v_stayed := v_stayed - v_part;
      v_revocation.collected := v_revocation.collected + v_part;
      v_revocation.seq := _collect_returned.seq;
      v_revocation.time_left := greatest(
        v_revocation.time_left, (_collect_returned.pack).expires_at - _collect_returned.at);
      v_collected.collected := v_collected.collected + v_part;
      v_collected.changed := v_collected.changed + v_part;
    end if;
    v_lapsed := v_lapsed - v_gone;
    v_revocation.lapsed := v_revocation.lapsed + v_gone;
    v_collected.changed := v_collected.changed + v_gone;
    v_claims[v_place].revocation := v_revocation;
  end loop;
  v_collected.claims := v_claims;
  return v_collected;
end
$$;
