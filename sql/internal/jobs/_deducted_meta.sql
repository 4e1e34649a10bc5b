-- _deducted_meta: what a job's meta_json publishes of what it took.

create or replace function credits._deducted_meta(cost bigint, monthly bigint, addon bigint)
returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'credit_cost', _deducted_meta.cost,
    'credits_deducted', true,
    'monthly_deducted', _deducted_meta.monthly,
    'addon_deducted', _deducted_meta.addon)
$$;
