-- _collect_returned: a part of what a job gave back goes to the revocations that wait for it, the
-- oldest first: of what stayed each collects what it lacks, and what lapsed has lapsed for it too.
-- A revoked month waits for what jobs of it and of earlier months return. Jobs of later months give
-- the allowances of these back first, then what a rollover had brought them.
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
  v_stayed bigint := _collect_returned.amount - _collect_returned.lapsed;
  v_lapsed bigint := _collect_returned.lapsed;
  v_newer bigint;
  v_part bigint;
begin
  for v_place in 1..cardinality(v_claims) loop
    v_claim := v_claims[v_place];
    v_revocation := v_claim.revocation;
    exit when v_stayed + v_lapsed = 0;
    continue when (v_claim.period_start is null) <> (_collect_returned.period_start is null)
               or v_claim.is_pack <> ((_collect_returned.pack).seq is not null)
               or v_revocation.source_seq <> (_collect_returned.pack).seq
               or v_revocation.opened_seq <= _collect_returned.drawn_seq
               or v_revocation.revocation_id is null -- what is owed of a month, by its own jobs
                  and v_claim.period_start <> _collect_returned.period_start;

    v_newer := 0;
    if v_claim.period_start < _collect_returned.period_start then
      v_newer := least(v_revocation.newer_outstanding, v_stayed);
      v_revocation.newer_outstanding := v_revocation.newer_outstanding - v_newer;
    end if;
    v_part := least(v_stayed - v_newer,
                    v_revocation.amount - v_revocation.collected - v_revocation.lapsed);
    if v_part > 0 then
      v_stayed := v_stayed - v_part;
      v_revocation.collected := v_revocation.collected + v_part;
      v_revocation.seq := _collect_returned.seq;
      v_revocation.time_left := greatest(
        v_revocation.time_left, (_collect_returned.pack).expires_at - _collect_returned.at);
      v_collected.collected := v_collected.collected + v_part;
      v_collected.changed := v_collected.changed + v_part;
    end if;
    if v_claim.period_start is not distinct from _collect_returned.period_start then
      v_part := least(v_lapsed, v_revocation.amount - v_revocation.collected - v_revocation.lapsed);
      v_lapsed := v_lapsed - v_part;
      v_revocation.lapsed := v_revocation.lapsed + v_part;
      v_collected.changed := v_collected.changed + v_part;
    end if;
    v_claims[v_place].revocation := v_revocation;
  end loop;
  v_collected.claims := v_claims;
  return v_collected;
end
$$;
