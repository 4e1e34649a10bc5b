begin;
\ir ../helpers.psql
select plan(9);

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
              'seq bigint, replayed boolean, held bigint, posted bigint'),
  ('reservation', 'job_id uuid, profile_id uuid, cost bigint, monthly_deducted bigint, '
                  'addon_deducted bigint, previous_balance bigint, new_balance bigint, '
                  'seq bigint, replayed boolean, hold_expires_at timestamp with time zone'),
  ('refund', 'job_id uuid, profile_id uuid, state text, amount bigint, monthly_refunded bigint, '
             'addon_refunded bigint, previous_balance bigint, new_balance bigint, seq bigint, '
             'replayed boolean, monthly_lapsed bigint, addon_lapsed bigint'),
  ('grant_result', 'profile_id uuid, reference text, amount bigint, previous_balance bigint, '
                   'new_balance bigint, seq bigint, replayed boolean, '
                   'expires_at timestamp with time zone, kind text, priority integer'),
  ('settlement', 'job_id uuid, profile_id uuid, settled_cost bigint, monthly_deducted bigint, '
                 'addon_deducted bigint, shortfall bigint, monthly_refunded bigint, '
                 'addon_refunded bigint, monthly_lapsed bigint, addon_lapsed bigint, '
                 'late boolean, previous_balance bigint, new_balance bigint, seq bigint, '
                 'replayed boolean'),
  ('renewal', 'profile_id uuid, period_start timestamp with time zone, allowance bigint, '
              'carried bigint, lapsed bigint, previous_balance bigint, new_balance bigint, '
              'seq bigint, replayed boolean'),
  ('revocation', 'profile_id uuid, reference text, amount bigint, collected bigint, '
                 'uncollected bigint, previous_balance bigint, new_balance bigint, seq bigint, '
                 'replayed boolean'),
  ('job_event', 'seq bigint, ts timestamp with time zone, kind text, monthly_delta bigint, '
                'addon_delta bigint, outstanding bigint, reason text'),
  ('finding', 'severity text, profile_id uuid, job_id uuid, rule text, expected text, found text')
) c (type_name, attributes);

select * from finish();
rollback;
