-- _revocable_renewal: the allowance of a month as something to revoke. Monthly credits are spent
-- oldest first, and the newest are what a rollover carries over: what it did not carry has lapsed.
-- Whatever is in the bucket is there to take, also what came back to it since, but for the
-- allowances of later months, as far as the rollovers have kept them and no revocation wants them;
-- and what is owed of those is for their own jobs to pay.
-- profile: as the caller has locked it and brought it up to date.
-- Raises: PT404 period_not_found.

create or replace function credits._revocable_renewal(
  profile credits.profiles,
  period_start timestamptz
)
returns credits._revocable
language plpgsql stable
as $$
declare
  v_renewal credits.renewals;
  v_month record;
  v_source credits._revocable;
  v_left bigint; -- of the allowance, as if nothing had come back since
  v_carried bigint;
  v_newer bigint := 0::bigint;
  v_held bigint := 0::bigint;
begin
  v_renewal := credits._get_renewal(
    (_revocable_renewal.profile).id, _revocable_renewal.period_start);
  v_source.profile_id := v_renewal.profile_id;
  v_source.seq := v_renewal.seq;
  v_source.period_start := v_renewal.period_start;
  v_source.amount := v_renewal.allowance;
  v_source.lapsed := 0;
  v_left := v_source.amount;
  for v_month in
    select r.unused, r.carried, r.owed, r.allowance - coalesce(v.amount, 0) as kept
      from credits.renewals r
      left join lateral (
        select sum(o.amount)::bigint as amount
          from credits.revocations o
         where o.profile_id = r.profile_id
           and o.source_seq = r.seq) v on true
     where r.profile_id = v_source.profile_id
       and r.period_start > v_source.period_start
     order by r.period_start
  loop
    v_left := least(v_left, greatest(v_month.unused - v_newer, 0));
    v_carried := least(v_left, greatest(v_month.carried - v_newer, 0));
    v_source.lapsed := v_source.lapsed + v_left - v_carried;
    v_left := v_carried;
    v_newer := least(v_newer, v_month.carried);
    if v_month.owed > 0 then -- jobs hold all of it, and more, which they give back first
      v_held := v_held + v_month.kept;
    else
      v_newer := v_newer + v_month.kept;
    end if;
  end loop;
  v_newer := v_newer - (_revocable_renewal.profile).credits_remaining;
  v_source.remaining := least(v_source.amount - v_source.lapsed, greatest(-v_newer, 0));
  v_source.newer_outstanding := greatest(v_newer, 0) + v_held;
  return v_source;
end
$$;
