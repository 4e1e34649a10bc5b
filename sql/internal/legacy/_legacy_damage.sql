-- _legacy_damage: everything that does not add up in a profile that is to be imported. kind is the
-- word that accepts it.

create or replace function credits._legacy_damage(
  credits_remaining numeric,
  addon_credits numeric,
  jobs credits.legacy_job[],
  entries credits.legacy_entry[],
  history credits.legacy_entries[],
  account credits._legacy_account
)
returns setof credits.damage
language sql stable
as $$
  with bucket (name, amount) as (
    values ('the monthly bucket', _legacy_damage.credits_remaining),
           ('the addon bucket', _legacy_damage.addon_credits)
  )
  select null::uuid, null::text, null::text, d.kind, d.detail
    from bucket b
   cross join lateral (values
     ('null_balance', b.amount is null, format('%s is null', b.name)),
     ('negative_balance', b.amount < 0, format('%s is %s', b.name, b.amount)),
     ('invalid_amount', b.amount <> credits._legacy_credits(b.amount),
      format('%s is %s', b.name, b.amount))
   ) d (kind, is_so, detail)
   where d.is_so
  union all
  select null, null, null, d.kind, d.detail
    from (values
     ('history_truncated', 'truncated',
      'the ledger begins later than the profile: it leads to these balances from some opening'),
     ('balance_mismatch', 'unsound',
      format('the ledger does not lead to %s monthly + %s addon',
             coalesce(_legacy_damage.credits_remaining::text, 'null'),
             coalesce(_legacy_damage.addon_credits::text, 'null')))
   ) d (kind, state, detail)
   where d.state = (_legacy_damage.account).state
  union all
  select null, null, e.id, 'invalid_amount',
         format('the delta is %s', coalesce(e.delta::text, 'null'))
    from unnest(_legacy_damage.entries) e (id, ts, kind, job_id, delta, reason)
   where e.delta is distinct from credits._legacy_credits(e.delta)
  union all
  select null, h.job_id::text, h.entry_id, d.kind, d.detail
    from unnest(_legacy_damage.history) h
    left join (
      select distinct lower(j.id) as id
        from unnest(_legacy_damage.jobs) j (id, status, meta_json, created_at)
    ) j on j.id = h.job_id::text
   cross join lateral (values
     ('entry_unknown', h.kind = 'unknown',
      format('no rule knows what this did: %s', coalesce(left(h.reason, 100), 'no reason'))),
     ('job_missing', h.job_id is not null and j.id is null,
      'the row names a job that is not there'),
     ('split_mismatch', h.kind in ('deduct', 'refund') and h.stated_addon is null
                        and h.reason ~* '\mmonthly\W*[0-9]{1,16}\W+addon\W*[0-9]{1,16}',
      format('the split does not add up to %s: %s', h.delta, left(h.reason, 150)))
   ) d (kind, is_so, detail)
   where d.is_so
  union all
  select d.* from credits._legacy_job_damage(_legacy_damage.jobs, _legacy_damage.history) d
$$;
