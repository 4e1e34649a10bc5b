-- _batch_error: the refusal of one element of a batch, as PostgREST would send it; details is an
-- object.

create or replace function credits._batch_error(code text, message text, details text, hint text)
returns jsonb
language sql immutable
as $$
  select jsonb_build_object(
    'code', _batch_error.code,
    'message', _batch_error.message,
    'details', _batch_error.details::jsonb,
    'hint', _batch_error.hint)
$$;
