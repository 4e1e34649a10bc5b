begin;
\ir ../helpers.psql
select plan(56);

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
   'profile_id uuid, amount bigint, reference text, '
   'expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, '
   'kind text DEFAULT ''paid''::text, priority bigint DEFAULT 0, '
   'reason text DEFAULT NULL::text',
   'credits.grant_result'),
  ('reserve_credits',
   'profile_id uuid, job_id uuid, cost bigint, meta jsonb DEFAULT ''{}''::jsonb, '
   'hold_for interval DEFAULT NULL::interval, spender text DEFAULT NULL::text',
   'credits.reservation'),
  ('refund_job',
   'job_id uuid, amount bigint DEFAULT NULL::bigint, refund_id text DEFAULT NULL::text, '
   'reason text DEFAULT NULL::text, profile_id uuid DEFAULT NULL::uuid',
   'credits.refund'),
  ('rollback_reservation', 'job_id uuid, profile_id uuid DEFAULT NULL::uuid', 'credits.refund'),
  ('get_statement',
   'profile_id uuid, before_seq bigint DEFAULT NULL::bigint, page_size bigint DEFAULT 50',
   'SETOF credits.ledger'),
  ('settle_job',
   'job_id uuid, actual_cost bigint DEFAULT NULL::bigint, overage text DEFAULT ''cap''::text, '
   'profile_id uuid DEFAULT NULL::uuid',
   'credits.settlement'),
  ('raise_reservation', 'job_id uuid, cost bigint, profile_id uuid DEFAULT NULL::uuid',
   'credits.reservation'),
  ('extend_hold', 'job_id uuid, hold_for interval, profile_id uuid DEFAULT NULL::uuid',
   'credits.reservation'),
  ('expire_holds', 'batch_size bigint DEFAULT 100', 'SETOF credits.refund'),
  ('expire_packs', 'batch_size bigint DEFAULT 100', 'SETOF credits.ledger'),
  ('renew_monthly',
   'profile_id uuid, period_start timestamp with time zone, allowance bigint, '
   'rollover_cap bigint DEFAULT 0',
   'credits.renewal'),
  ('change_allowance',
   'profile_id uuid, period_start timestamp with time zone, allowance bigint, reference text',
   'credits.allowance_change'),
  ('set_alert',
   'profile_id uuid, low_balance bigint DEFAULT NULL::bigint, kinds text[] DEFAULT NULL::text[]',
   'credits.alert'),
  ('set_topup',
   'profile_id uuid, below bigint, amount bigint DEFAULT NULL::bigint, a_month bigint DEFAULT 10',
   'credits.alert'),
  ('decline_topup',
   'profile_id uuid, reference text, pause interval DEFAULT ''1 day''::interval',
   'credits.topup'),
  ('watch_profiles', 'after_id uuid DEFAULT NULL::uuid, batch_size bigint DEFAULT 200', 'uuid'),
  ('claim_events',
   'max_events bigint DEFAULT 100, lease interval DEFAULT ''00:01:00''::interval',
   'SETOF credits.event'),
  ('finish_events', 'event_ids text[]', 'bigint'),
  ('fail_events',
   'event_ids text[], error text, retry_in interval DEFAULT ''00:01:00''::interval', 'bigint'),
  ('revoke_grant',
   'profile_id uuid, reference text, revocation_id text, amount bigint DEFAULT NULL::bigint, '
   'reason text DEFAULT NULL::text, actor text DEFAULT NULL::text',
   'credits.revocation'),
  ('reinstate_grant',
   'profile_id uuid, reference text, revocation_id text, reason text DEFAULT NULL::text, '
   'actor text DEFAULT NULL::text',
   'credits.revocation'),
  ('revoke_renewal',
   'profile_id uuid, period_start timestamp with time zone, revocation_id text, '
   'amount bigint DEFAULT NULL::bigint, reason text DEFAULT NULL::text, '
   'actor text DEFAULT NULL::text',
   'credits.revocation'),
  ('reinstate_renewal',
   'profile_id uuid, period_start timestamp with time zone, revocation_id text, '
   'reason text DEFAULT NULL::text, actor text DEFAULT NULL::text',
   'credits.revocation'),
  ('find_grants', 'reference text', 'SETOF credits.grant_entry'),
  ('adjust_credits',
   'profile_id uuid, adjustment_id text, monthly_delta bigint, addon_delta bigint, reason text, '
   'actor text',
   'credits.balance'),
  ('set_overdraft_limit', 'profile_id uuid, overdraft_limit bigint, reason text, actor text',
   'credits.balance'),
  ('close_profile', 'profile_id uuid, reason text, actor text', 'credits.balance'),
  ('move_credits',
   'profile_id uuid, to_profile_id uuid, move_id text, reason text, actor text, '
   'monthly_rest text DEFAULT ''monthly''::text',
   'credits.move_result'),
  ('balance_at', 'profile_id uuid, at timestamp with time zone', 'credits.balance'),
  ('explain_job', 'job_id uuid, profile_id uuid DEFAULT NULL::uuid', 'SETOF credits.job_event'),
  ('set_limit',
   'profile_id uuid, spender text, window_name text, amount bigint, reason text, actor text, '
   'time_zone text DEFAULT NULL::text',
   'credits.limit_entry'),
  ('get_limits', 'profile_id uuid, spender text DEFAULT NULL::text', 'SETOF credits.limit_entry'),
  ('get_job', 'job_id uuid, profile_id uuid DEFAULT NULL::uuid', 'credits.job_entry'),
  ('preview_reserve', 'profile_id uuid, cost bigint, spender text DEFAULT NULL::text',
   'credits.reservation_preview'),
  ('get_profile', 'profile_id uuid', 'credits.profile_entry'),
  ('list_profiles', 'after_profile_id uuid DEFAULT NULL::uuid, page_size bigint DEFAULT 50',
   'SETOF credits.listed_profile'),
  ('list_grants',
   'profile_id uuid, before_seq bigint DEFAULT NULL::bigint, page_size bigint DEFAULT 50',
   'SETOF credits.grant_entry'),
  ('list_jobs',
   'profile_id uuid, state text DEFAULT NULL::text, before_job_id uuid DEFAULT NULL::uuid, '
   'page_size bigint DEFAULT 50, spender text DEFAULT NULL::text',
   'SETOF credits.job_entry'),
  ('usage',
   'profile_id uuid, since timestamp with time zone DEFAULT NULL::timestamp with time zone, '
   'until timestamp with time zone DEFAULT NULL::timestamp with time zone, '
   'step text DEFAULT NULL::text, by text DEFAULT NULL::text, '
   'time_zone text DEFAULT ''UTC''::text',
   'SETOF credits.usage_entry'),
  ('check_integrity', 'profile_id uuid DEFAULT NULL::uuid', 'SETOF credits.finding'),
  ('check_profiles',
   'after_id uuid DEFAULT NULL::uuid, batch_size bigint DEFAULT 10000, '
   'changed_since timestamp with time zone DEFAULT NULL::timestamp with time zone',
   'credits.checked_piece'),
  ('check_legacy_profile',
   'profile_id uuid, credits_remaining numeric, addon_credits numeric, '
   'jobs credits.legacy_job[] DEFAULT ''{}''::credits.legacy_job[], '
   'entries credits.legacy_entry[] DEFAULT ''{}''::credits.legacy_entry[]',
   'SETOF credits.damage'),
  ('import_profile',
   'profile_id uuid, credits_remaining numeric, addon_credits numeric, '
   'jobs credits.legacy_job[] DEFAULT ''{}''::credits.legacy_job[], '
   'entries credits.legacy_entry[] DEFAULT ''{}''::credits.legacy_entry[], '
   'accept text[] DEFAULT ''{}''::text[]',
   'credits.import_result'),
  ('audit_refunds', 'profile_id uuid DEFAULT NULL::uuid', 'SETOF credits.refund_audit'),
  ('repair_refunds', 'profile_id uuid, reason text, actor text, dry_run boolean DEFAULT false',
   'SETOF credits.repair'),
  ('reserve_credits_many', 'reservations jsonb', 'SETOF credits.batch_reservation'),
  ('settle_job_many', 'settlements jsonb', 'SETOF credits.batch_settlement'),
  ('refund_job_many', 'refunds jsonb', 'SETOF credits.batch_refund'),
  ('renew_monthly_many', 'renewals jsonb', 'SETOF credits.batch_renewal'),
  ('grant_addon_many', 'grants jsonb', 'SETOF credits.batch_grant'),
  ('id_of', 'name text', 'uuid'),
  ('shard_of', 'profile_id uuid, shards integer', 'integer'),
  ('new_job_id', 'profile_id uuid', 'uuid'),
  ('schema_version', '', 'text')
) c (name, arguments, result);

select * from finish();
rollback;
