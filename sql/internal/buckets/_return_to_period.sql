-- _return_to_period: monthly credits come back that were drawn in period_start. In that same
-- period, or under the setting closed_period_refund = restore, all of them stay. Under lapse, only
-- what the rollovers since would have carried, had the credits never been spent. Returns what
-- lapses. The renewals take the credits up as unused, so that a second return finds less room.

create or replace function credits._return_to_period(
  profile credits.profiles,
  period_start timestamptz,
  amount bigint
)
returns bigint
language plpgsql volatile
as $$
declare
  v_stays bigint := _return_to_period.amount;
  v_extra bigint;
  v_renewal credits.renewals;
begin
  if _return_to_period.amount = 0
     or (_return_to_period.profile).period_start
        is not distinct from _return_to_period.period_start then
    return 0::bigint;
  end if;
  if exists (select from credits.settings s
              where s.only_row
                and s.closed_period_refund = 'restore') then
    return 0::bigint;
  end if;

  for v_renewal in
    select r.*
      from credits.renewals r
     where r.profile_id = (_return_to_period.profile).id
       and r.period_start > coalesce(_return_to_period.period_start, '-infinity')
     order by r.period_start
  loop
    exit when v_stays = 0;
    v_extra := least(v_renewal.unused + v_stays, v_renewal.rollover_cap) - v_renewal.carried;
    update credits.renewals r
       set unused = r.unused + v_stays,
           carried = r.carried + v_extra
     where r.profile_id = v_renewal.profile_id
       and r.period_start = v_renewal.period_start;
    v_stays := v_extra;
  end loop;
  return _return_to_period.amount - v_stays;
end
$$;
