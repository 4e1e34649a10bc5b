-- _settle_each: elements of a batch one by one through settle_job. A refusal is its element's
-- answer and undoes only what that element did.
-- All of them are tried in one subtransaction, and in two halves if one is refused: with one for
-- each element, many changes of one profile would take a time that grows with their square.

create or replace function credits._settle_each(requests credits._settlement_request[])
returns credits.batch_settlement[]
language plpgsql volatile
as $$
declare
  v_half constant integer := cardinality(_settle_each.requests) / 2;
  v_detail text;
  v_hint text;
begin
  return array(select credits._settle_one(r) from unnest(_settle_each.requests) r);
exception when sqlstate 'PT400' or sqlstate 'PT402' or sqlstate 'PT404' or sqlstate 'PT409' then
  if v_half > 0 then
    return credits._settle_each(_settle_each.requests[:v_half])
        || credits._settle_each(_settle_each.requests[v_half + 1:]);
  end if;
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return array[row((_settle_each.requests[1]).position, null,
                   credits._batch_error(sqlstate, sqlerrm, v_detail, v_hint))
               ::credits.batch_settlement];
end
$$;
