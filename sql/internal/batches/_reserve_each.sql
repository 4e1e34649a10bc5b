-- _reserve_each: elements of a batch one by one through reserve_credits. A refusal is its element's
-- answer and undoes only what that element did.
-- All of them are tried in one subtransaction, and in two halves if one is refused: with one for
-- each element, many changes of one profile would take a time that grows with their square.

create or replace function credits._reserve_each(requests credits._reservation_request[])
returns credits.batch_reservation[]
language plpgsql volatile
as $$
declare
  v_half constant integer := cardinality(_reserve_each.requests) / 2;
  v_detail text;
  v_hint text;
begin
  return array(select credits._reserve_one(r) from unnest(_reserve_each.requests) r);
exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT404' or sqlstate 'PT409'
               or sqlstate 'PT410' or sqlstate 'PT413' then
  if v_half > 0 then
    return credits._reserve_each(_reserve_each.requests[:v_half])
        || credits._reserve_each(_reserve_each.requests[v_half + 1:]);
  end if;
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return array[row((_reserve_each.requests[1]).position, null,
                   credits._batch_error(sqlstate, sqlerrm, v_detail, v_hint))
               ::credits.batch_reservation];
end
$$;
