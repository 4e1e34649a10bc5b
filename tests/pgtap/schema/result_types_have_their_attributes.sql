begin;
\ir ../helpers.psql
select plan(4);

select is(
  (select string_agg(concat(a.attname, ' ', format_type(a.atttypid, a.atttypmod)), ', '
                     order by a.attnum)
     from pg_catalog.pg_attribute a
    where a.attrelid = format('credits.%I', c.type_name)::regclass),
  c.attributes,
  c.type_name
)
from (values
  ('balance', 'profile_id uuid, credits_remaining bigint, addon_credits bigint, available bigint, '
              'seq bigint, replayed boolean'),
  ('reservation', 'job_id uuid, profile_id uuid, cost bigint, monthly_deducted bigint, '
                  'addon_deducted bigint, previous_balance bigint, new_balance bigint, '
                  'seq bigint, replayed boolean'),
  ('refund', 'job_id uuid, profile_id uuid, state text, amount bigint, monthly_refunded bigint, '
             'addon_refunded bigint, previous_balance bigint, new_balance bigint, seq bigint, '
             'replayed boolean'),
  ('grant_result', 'profile_id uuid, reference text, amount bigint, previous_balance bigint, '
                   'new_balance bigint, seq bigint, replayed boolean')
) c (type_name, attributes);

select * from finish();
rollback;
