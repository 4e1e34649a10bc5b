-- _check_damage_accepted: refuses damage of a kind that nobody has accepted, with how often there
-- is each.
-- Raises: PT422 legacy_damage.

create or replace function credits._check_damage_accepted(damage credits.damage[], accept text[])
returns void
language plpgsql immutable
as $$
declare
  v_refused jsonb;
begin
  select jsonb_object_agg(d.kind, d.times)
    into v_refused
    from (
      select f.kind, count(*) as times
        from unnest(_check_damage_accepted.damage) f
       where f.kind <> all (_check_damage_accepted.accept)
       group by f.kind
    ) d;
  if v_refused is not null then
    raise exception using
      errcode = 'PT422',
      message = 'legacy_damage',
      detail = v_refused,
      hint = 'check_legacy_profile names each row: mend it there, or accept its kind.';
  end if;
end
$$;
