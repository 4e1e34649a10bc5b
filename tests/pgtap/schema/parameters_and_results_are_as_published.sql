begin;
\ir ../helpers.psql
select plan(8);

select is(
  (select format('%s(%s) returns %s', f.name, pg_get_function_arguments(f.oid),
                 pg_get_function_result(f.oid))
     from credits_tests.public_functions() f
    where f.name = c.name),
  format('%s(%s) returns %s', c.name, c.arguments, c.result),
  c.name
)
from (values
  ('open_profile',
   'profile_id uuid, credits_remaining bigint DEFAULT 0, addon_credits bigint DEFAULT 0',
   'credits.balance'),
  ('get_balance', 'profile_id uuid', 'credits.balance'),
  ('grant_addon',
   'profile_id uuid, amount bigint, reference text, reason text DEFAULT NULL::text',
   'credits.grant_result'),
  ('reserve_credits',
   'profile_id uuid, job_id uuid, cost bigint, meta jsonb DEFAULT ''{}''::jsonb',
   'credits.reservation'),
  ('refund_job',
   'job_id uuid, amount bigint DEFAULT NULL::bigint, refund_id text DEFAULT NULL::text, '
   'reason text DEFAULT NULL::text, profile_id uuid DEFAULT NULL::uuid',
   'credits.refund'),
  ('rollback_reservation', 'job_id uuid, profile_id uuid DEFAULT NULL::uuid', 'credits.refund'),
  ('get_statement',
   'profile_id uuid, before_seq bigint DEFAULT NULL::bigint, page_size bigint DEFAULT 50',
   'SETOF credits.ledger'),
  ('schema_version', '', 'text')
) c (name, arguments, result);

select * from finish();
rollback;
