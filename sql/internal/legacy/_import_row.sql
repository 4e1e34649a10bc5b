-- _import_row: the answer of an import, as of the profile's first ledger row.
-- Raises: PT409 profile_exists for a profile that was not imported.

create or replace function credits._import_row(profile_id uuid, replayed boolean)
returns credits.import_result
language plpgsql stable
as $$
declare
  v_row credits.import_result;
begin
  select p.profile_id, l.monthly_delta, l.addon_delta, greatest(-l.addon_delta, 0), p.jobs,
         p.entries, l.seq, _import_row.replayed
    into v_row
    from credits.legacy_profiles p
    join credits.ledger l on l.profile_id = p.profile_id and l.seq = 1
   where p.profile_id = _import_row.profile_id;
  if not found then
    raise exception using
      errcode = 'PT409',
      message = 'profile_exists',
      detail = '{}',
      hint = 'The profile was opened here and not imported: leave it out of the import.';
  end if;
  return v_row;
end
$$;
