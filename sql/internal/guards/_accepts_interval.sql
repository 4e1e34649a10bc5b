-- _accepts_interval: whether _check_interval has nothing to say.

create or replace function credits._accepts_interval(value interval)
returns boolean
language plpgsql stable
as $$
begin
  return credits._check_interval('value', _accepts_interval.value);
exception when sqlstate 'PT400' then
  return false;
end
$$;
