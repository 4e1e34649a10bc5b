-- _refuse_missing: what _check_present says.
-- A check is one expression of SQL, which becomes part of the statement that asks for it. What it
-- says is apart from it, so that a call that is right never enters another function.
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
