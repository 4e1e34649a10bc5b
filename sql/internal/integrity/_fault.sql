-- _fault: a broken rule: what was expected and what was found. Null where they are the same.

create or replace function credits._fault(
  rule text,
  expected anycompatible,
  found anycompatible
)
returns credits._fault
language sql stable
as $$
  select case
           when _fault.expected is distinct from _fault.found
             then row(_fault.rule, _fault.expected::text, _fault.found::text)::credits._fault
         end
$$;
