-- _references_are_exclusive: whether only one profile may be granted a reference.

create or replace function credits._references_are_exclusive()
returns boolean
language sql stable
as $$
  select exists (select from credits.settings s where s.only_row and s.reference_scope = 'all')
$$;
