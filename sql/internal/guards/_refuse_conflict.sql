-- _refuse_conflict: the refusal of a caller's key that was used before with another value of a
-- parameter. hint: what to do, which never leads to doing the same thing twice.
-- Raises: PT409 reference_conflict.

create or replace function credits._refuse_conflict(
  parameter text,
  stored jsonb,
  given jsonb,
  hint text
)
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT409',
    message = 'reference_conflict',
    detail = jsonb_build_object('parameter', _refuse_conflict.parameter,
                                'stored', _refuse_conflict.stored,
                                'given', _refuse_conflict.given),
    hint = _refuse_conflict.hint;
end
$$;
