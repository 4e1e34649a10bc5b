-- _legacy_job_damage: what does not add up about old jobs: their metadata, and what the ledger took
-- and gave back for them. A job is looked at together with all ledger rows that name it.

create or replace function credits._legacy_job_damage(
  jobs credits.legacy_job[],
  history credits.legacy_entries[]
)
returns setof credits.damage
language sql stable
as $$
  with moved as (
    select h.job_id::text as id,
           -sum(h.delta) filter (where h.kind = 'deduct') as taken,
           count(*) filter (where h.kind = 'deduct') as deductions,
           coalesce(sum(h.delta) filter (where h.kind = 'refund'), 0) as refunded
      from unnest(_legacy_job_damage.history) h
     where h.job_id is not null
     group by h.job_id
  ), job as (
    select j.id,
           j.id ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' as has_uuid,
           lower(j.meta_json ->> 'credits_deducted') = 'true' as deducted,
           credits._legacy_amount(j.meta_json ->> 'credit_cost') as cost,
           credits._legacy_amount(j.meta_json ->> 'monthly_deducted') as monthly,
           credits._legacy_amount(j.meta_json ->> 'addon_deducted') as addon,
           j.meta_json ?| array['monthly_deducted', 'addon_deducted'] as states_split,
           m.taken, m.deductions, m.refunded
      from unnest(_legacy_job_damage.jobs) j (id, status, meta_json, created_at)
      left join moved m on m.id = lower(j.id)
  )
  select null::uuid, j.id, null::text, d.kind, d.detail
    from job j
   cross join lateral (values
     ('invalid_id', j.has_uuid is not true, 'the id of the job is not a UUID'),
     ('meta_missing', j.cost is null,
      'meta_json has no credit_cost that is a whole number of credits'),
     ('cost_mismatch', j.cost <> j.taken and j.deductions = 1,
      format('credit_cost is %s, and the ledger took %s', j.cost, j.taken)),
     ('deduction_missing', j.deducted and j.cost > 0 and j.taken is null,
      format('%s credits are marked as deducted, and the ledger took none', j.cost)),
     ('duplicate_deduction', j.deductions > 1,
      format('the ledger took %s times for it, %s in all', j.deductions, j.taken)),
     ('duplicate_refund', j.refunded > coalesce(j.taken, j.cost, 0),
      format('the ledger took %s and gave %s back', coalesce(j.taken, 0), j.refunded)),
     ('partial_refund', j.refunded > 0 and j.refunded < j.taken,
      format('the ledger took %s and gave %s back', j.taken, j.refunded)),
     ('refund_interrupted', j.deducted and j.refunded > 0,
      format('the ledger gave %s back, and it is still marked as deducted', j.refunded)),
     ('refund_interrupted', not j.deducted and j.taken > 0 and coalesce(j.refunded, 0) = 0,
      format('it is marked as not deducted, and the ledger took %s', j.taken)),
     ('split_mismatch', j.states_split and (j.monthly + j.addon = coalesce(j.cost, j.taken))
                        is not true,
      format('monthly_deducted and addon_deducted are not together %s',
             coalesce(j.cost, j.taken)))
   ) d (kind, is_so, detail)
   where d.is_so
     and (d.kind = 'invalid_id' or j.has_uuid)
$$;
