-- _refuse_missing: the refusal of a missing argument. Apart from _check_present, so that a check
-- that passes stays one inlined expression.
-- Raises: PT400 missing_argument.

create or replace function credits._refuse_missing(parameter text)
returns boolean
language plpgsql stable
as $$
begin
  raise exception using
    errcode = 'PT400',
    message = 'missing_argument',
    detail = jsonb_build_object('parameter', _refuse_missing.parameter),
    hint = format('Give a value for %s.', _refuse_missing.parameter);
end
$$;
