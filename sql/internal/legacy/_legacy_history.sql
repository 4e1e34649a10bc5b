-- _legacy_history: old ledger rows in the order of their time, each with its kind, its job, and the
-- split where the job's metadata or the row itself states one that adds up. Pure: it is the same
-- before an import, when it is only looked at, and in it. profile_id stays null.

create or replace function credits._legacy_history(
  jobs credits.legacy_job[],
  entries credits.legacy_entry[]
)
returns credits.legacy_entries[]
language sql stable
as $$
  with entry as (
    select e.id, e.ts, e.kind, e.reason, credits._legacy_credits(e.delta) as delta,
           substring(coalesce(e.job_id, e.reason)
                     from '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')::uuid as job_id,
           row_number() over (order by e.ts nulls first, e.place)::integer as position
      from unnest(_legacy_history.entries)
           with ordinality e (id, ts, kind, job_id, delta, reason, place)
  ), named as materialized ( -- else kind is asked for wherever it is used
    select e.id, e.ts, e.reason, e.delta, e.position,
           case when k.kind in ('deduct', 'refund') then e.job_id end as job_id, k.kind
      from entry e
     cross join lateral (
       select credits._legacy_kind(e.delta, e.reason, e.kind, e.job_id is not null,
                                   e.ts is not null) as kind
     ) k
  ), job as (
    select distinct on (lower(j.id))
           lower(j.id) as id,
           credits._legacy_amount(j.meta_json ->> 'monthly_deducted') as monthly,
           credits._legacy_amount(j.meta_json ->> 'addon_deducted') as addon
      from unnest(_legacy_history.jobs) j (id, status, meta_json, created_at)
     where j.meta_json ? 'addon_deducted'
     order by lower(j.id)
  ), stated as (
    select n.*,
           case
             when n.kind = 'deduct' and j.monthly + j.addon = -n.delta then j.addon
           end as addon_of_meta,
           case
             when n.kind in ('deduct', 'refund') and r.monthly + r.addon = abs(n.delta) then r.addon
           end as addon_of_reason
      from named n
      left join job j on j.id = n.job_id::text
     cross join lateral (
       select credits._legacy_amount(m.part[1]) as monthly,
              credits._legacy_amount(m.part[2]) as addon
         from (
           select regexp_match(
             n.reason, '\mmonthly\W*([0-9]{1,16})\W+addon\W*([0-9]{1,16})', 'i') as part
         ) m
     ) r
  )
  select coalesce(
    array_agg(
      row(null::uuid, s.position, s.ts, s.delta, coalesce(s.addon_of_meta, s.addon_of_reason),
          s.job_id, s.job_position, s.kind,
          case
            when s.addon_of_meta is not null then 'job_meta'
            when s.addon_of_reason is not null then 'ledger'
          end,
          s.id, s.reason)::credits.legacy_entries
      order by s.position),
    '{}')
    from (
      select s.*,
             case
               when s.job_id is not null
                 then min(s.position) filter (where s.kind = 'deduct')
                        over (partition by s.job_id order by s.position)
               when s.kind = 'deduct' then s.position
             end as job_position
        from stated s
    ) s
$$;
