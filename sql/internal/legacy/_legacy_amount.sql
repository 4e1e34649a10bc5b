-- _legacy_amount: an amount out of a job's old metadata, or null where it is not a whole number of
-- credits that an amount may have.

create or replace function credits._legacy_amount(value text)
returns bigint
language sql immutable
as $$
  select case
           when _legacy_amount.value ~ '^[0-9]{1,16}(\.0{1,9})?$' then
             case
               when _legacy_amount.value::numeric <= 9007199254740991
                 then _legacy_amount.value::numeric::bigint
             end
         end
$$;
