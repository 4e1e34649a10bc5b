-- _batch_answer_row: the answer to one element of a batch of whatever kind.

create or replace function credits._batch_answer_row(
  "position" integer,
  reservation credits.reservation default null,
  settlement credits.settlement default null,
  refund credits.refund default null,
  renewal credits.renewal default null,
  granted credits.grant_result default null
)
returns credits._batch_answer
language sql immutable
as $$
  select row(
    _batch_answer_row.position,
    _batch_answer_row.reservation,
    _batch_answer_row.settlement,
    _batch_answer_row.refund,
    _batch_answer_row.renewal,
    _batch_answer_row.granted,
    null
  )::credits._batch_answer
$$;
