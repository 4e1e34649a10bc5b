-- _return_to_period: monthly credits come back that were drawn in a period that is over, under the
-- setting closed_period_refund = lapse: only what the rollovers since would have carried, had the
-- credits never been spent, stays.
-- Pure. Returns the renewals, which take the credits up as unused, so that a second return finds
-- less room, and what lapses.
-- renewals: by their start, those after the period at least; null where all of it stays.

create or replace function credits._return_to_period(
  renewals credits.renewals[],
  period_start timestamptz,
  amount bigint
)
returns credits._moved_renewals
language plpgsql immutable
as $$
declare
  v_renewals credits.renewals[] := _return_to_period.renewals;
  v_stays bigint := _return_to_period.amount;
  v_extra bigint;
  v_renewal credits.renewals;
begin
  for v_place in 1..coalesce(cardinality(v_renewals), 0) loop
    v_renewal := v_renewals[v_place];
    continue when v_renewal.period_start
                  <= coalesce(_return_to_period.period_start, '-infinity');
    exit when v_stays = 0;
    v_extra := least(v_renewal.unused + v_stays, v_renewal.rollover_cap) - v_renewal.carried;
    v_renewals[v_place].unused := v_renewal.unused + v_stays;
    v_renewals[v_place].carried := v_renewal.carried + v_extra;
    v_stays := v_extra;
  end loop;
  return row(v_renewals, _return_to_period.amount - v_stays)::credits._moved_renewals;
end
$$;
