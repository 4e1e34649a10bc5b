-- _accepts_metadata: whether _check_metadata has nothing to say.

create or replace function credits._accepts_metadata(meta jsonb)
returns boolean
language plpgsql stable
as $$
begin
  return credits._check_metadata(_accepts_metadata.meta);
exception when sqlstate 'PT400' or sqlstate 'PT413' then
  return false;
end
$$;
