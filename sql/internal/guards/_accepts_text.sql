-- _accepts_text: whether _check_text has nothing to say.

create or replace function credits._accepts_text(value text)
returns boolean
language plpgsql stable
as $$
begin
  return credits._check_text('value', _accepts_text.value);
exception when sqlstate 'PT400' then
  return false;
end
$$;
