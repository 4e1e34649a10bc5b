-- _error_answer: the answer to an element of a batch that was refused.

create or replace function credits._error_answer(
  "position" integer,
  code text,
  message text,
  detail text,
  hint text
)
returns credits._batch_answer
language plpgsql stable
as $$
declare
  v_answer credits._batch_answer;
begin
  v_answer.position := _error_answer.position;
  v_answer.error := jsonb_build_object(
    'code', _error_answer.code, 'message', _error_answer.message,
    'details', _error_answer.detail::jsonb, 'hint', _error_answer.hint);
  return v_answer;
end
$$;
