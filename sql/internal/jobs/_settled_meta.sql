-- _settled_meta: the published copy of a job that has settled: its final cost and split. What went
-- back before is part of them.

create or replace function credits._settled_meta(
  meta_json jsonb,
  cost bigint,
  monthly bigint,
  addon bigint
)
returns jsonb
language sql stable
as $$
  select _settled_meta.meta_json
         - array['credits_refunded', 'monthly_refunded', 'addon_refunded']
         || credits._deducted_meta(
              _settled_meta.cost, _settled_meta.monthly, _settled_meta.addon)
$$;
