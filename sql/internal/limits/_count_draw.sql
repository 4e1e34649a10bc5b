-- _count_draw: limits after a spender has drawn credits. All of them must have room for it, unless
-- a lack of credits would not be refused either.
-- Pure. amount: what the buckets give. overage: as in settle_job; reject for all other draws.
-- at: when. seq: the profile's newest ledger row before the draw.
-- Raises: PT402 limit_exceeded.

create or replace function credits._count_draw(
  limits credits.limits[],
  spender text,
  amount bigint,
  overage text,
  at timestamptz,
  seq bigint
)
returns credits.limits[]
language plpgsql immutable
as $$
declare
  v_limits credits.limits[] := _count_draw.limits;
  v_limit credits.limits;
  v_place integer;
begin
  foreach v_place in array credits._limit_places(v_limits, _count_draw.spender) loop
    v_limit := credits._roll_limit(v_limits[v_place], _count_draw.at, _count_draw.seq);
    if _count_draw.overage = 'reject'
       and _count_draw.amount > greatest(v_limit.amount - v_limit.spent, 0) then
      perform credits._refuse_limit(v_limit, _count_draw.amount);
    end if;
    v_limit.spent := v_limit.spent + _count_draw.amount;
    v_limits[v_place] := v_limit;
  end loop;
  return v_limits;
end
$$;
