-- _legacy_jobs: old jobs as they are imported. The cost is what the ledger took, and where it has
-- no row of the job, what the metadata says was deducted. Of the split only that much is addon as
-- surely was: the rest is taken to be monthly, as the old rule had it. What is back came back addon
-- first. A job whose id is not a UUID is left out.

create or replace function credits._legacy_jobs(
  jobs credits.legacy_job[],
  history credits.legacy_entries[],
  account credits._legacy_account
)
returns setof credits._legacy_job
language sql stable
as $$
  with moved as (
    select h.job_id,
           -sum(h.delta) filter (where h.kind = 'deduct') as taken,
           sum(h.delta) filter (where h.kind = 'refund') as refunded,
           sum(h.addon_at_least) filter (where h.kind = 'deduct') as addon_at_least,
           sum(h.addon_at_most) filter (where h.kind = 'deduct') as addon_at_most,
           min(h.split_source) filter (where h.kind = 'deduct') as split_source,
           max(h.ts) filter (where h.kind = 'refund') as refunded_at
      from rows from (
             unnest(_legacy_jobs.history),
             unnest(((_legacy_jobs.account).at_least).addon_parts),
             unnest(((_legacy_jobs.account).at_most).addon_parts)
           ) as h (profile_id, position, ts, delta, stated_addon, job_id, job_position, kind,
                   split_source, entry_id, reason, addon_at_least, addon_at_most)
     where h.job_id is not null
     group by h.job_id
  ), job as (
    select distinct on (j.id::uuid)
           j.id::uuid as id,
           case when jsonb_typeof(j.meta_json) = 'object' then j.meta_json else '{}' end
             || jsonb_build_object('legacy_status', j.status) as meta_json,
           j.created_at,
           case
             when lower(j.meta_json ->> 'credits_deducted') = 'true'
               then credits._legacy_amount(j.meta_json ->> 'credit_cost')
           end as deducted,
           credits._legacy_amount(j.meta_json ->> 'monthly_deducted') as monthly,
           credits._legacy_amount(j.meta_json ->> 'addon_deducted') as addon
      from unnest(_legacy_jobs.jobs) j (id, status, meta_json, created_at)
     where j.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
     order by j.id::uuid
  ), split as (
    select j.id, j.meta_json, j.created_at, m.refunded, m.refunded_at,
           coalesce(m.taken, j.deducted, 0)::bigint as cost,
           case
             when m.taken is not null then m.addon_at_least
             when j.monthly + j.addon = j.deducted then j.addon
             else 0
           end::bigint as addon,
           case
             when m.split_source is not null then m.split_source
             when m.taken is not null and m.addon_at_least = m.addon_at_most then 'ledger'
             when m.taken is null and j.monthly + j.addon = j.deducted then 'job_meta'
             when coalesce(m.taken, j.deducted, 0) = 0 then 'ledger'
             else 'assumed_monthly'
           end as breakdown_source
      from job j
      left join moved m on m.job_id = j.id
  )
  select s.id, s.cost, s.cost - s.addon, s.addon, least(coalesce(s.refunded, 0), s.cost)::bigint,
         s.breakdown_source, s.meta_json, s.created_at, s.refunded_at
    from split s
$$;
