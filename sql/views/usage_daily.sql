-- usage_daily: what jobs took and gave back, for each profile, day (of UTC) and spender, as usage
-- counts it. Row-level security of the caller applies.

create or replace view credits.usage_daily
with (security_invoker = true) as
select f.profile_id,
       (f.ts at time zone 'UTC')::date as day,
       f.spender,
       sum(f.jobs)::bigint as jobs,
       sum(f.monthly_consumed + f.addon_consumed)::bigint as consumed,
       sum(f.monthly_returned + f.addon_returned)::bigint as returned,
       sum(f.monthly_consumed - f.monthly_returned + f.addon_consumed - f.addon_returned)::bigint
         as net,
       sum(f.monthly_consumed - f.monthly_returned)::bigint as monthly_net,
       sum(f.addon_consumed - f.addon_returned)::bigint as addon_net
  from credits.job_flows f
 group by f.profile_id, (f.ts at time zone 'UTC')::date, f.spender;

comment on view credits.usage_daily is
  'What jobs took and gave back, for each profile, day of UTC and spender; days on which no job '
  'was reserved and none moved credits have no row here.';
