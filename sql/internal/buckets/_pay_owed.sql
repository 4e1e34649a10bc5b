-- _pay_owed: credits that come back to a month pay first what a lowered allowance left owed of it.
-- Returns how much they paid; nothing for a grant.
-- Writes: renewals, revocations.

create or replace function credits._pay_owed(source credits._revocable, amount bigint)
returns bigint
language plpgsql volatile
as $$
declare
  v_renewal credits.renewals;
  v_paid bigint;
begin
  select r.* into v_renewal
    from credits.renewals r
   where r.profile_id = (_pay_owed.source).profile_id
     and r.period_start = (_pay_owed.source).period_start
     and r.owed > 0;
  if not found then
    return 0::bigint;
  end if;
  v_paid := least(v_renewal.owed, _pay_owed.amount);
  update credits.renewals r
     set owed = r.owed - v_paid
   where r.profile_id = v_renewal.profile_id
     and r.period_start = v_renewal.period_start;
  perform credits._shift_newer(v_renewal, v_paid);
  return v_paid;
end
$$;
