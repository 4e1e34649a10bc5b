-- _begun_renewal: a month as it began, whatever changed its allowance since; else nulls.

create or replace function credits._begun_renewal(profile_id uuid, period_start timestamptz)
returns credits.renewals
language plpgsql stable
as $$
declare
  v_renewal credits.renewals;
begin
  select r.* into v_renewal
    from credits.renewals r
   where r.profile_id = _begun_renewal.profile_id
     and r.period_start = _begun_renewal.period_start;
  if found then
    v_renewal.allowance := coalesce(
      (select c.previous_allowance
         from credits.allowance_changes c
        where c.profile_id = v_renewal.profile_id
          and c.period_start = v_renewal.period_start
        order by c.seq
        limit 1),
      v_renewal.allowance);
  end if;
  return v_renewal;
end
$$;
