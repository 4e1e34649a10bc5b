-- _check_present: refuses NULL where a value is needed.
-- Raises: PT400 missing_argument.

create or replace function credits._check_present(parameter text, present boolean)
returns boolean
language sql stable
as $$
  select _check_present.present or credits._refuse_missing(_check_present.parameter)
$$;
