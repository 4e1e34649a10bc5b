-- _refunded_meta: what a job's meta_json publishes of what went back.

create or replace function credits._refunded_meta(monthly bigint, addon bigint)
returns jsonb
language sql stable
as $$
  select jsonb_build_object(
    'credits_refunded', true,
    'monthly_refunded', _refunded_meta.monthly,
    'addon_refunded', _refunded_meta.addon)
$$;
