begin;
\ir ../helpers.psql
select plan(31);

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
              'held bigint, posted bigint, seq bigint, replayed boolean'),
  ('reservation', 'job_id uuid, profile_id uuid, state text, cost bigint, '
                  'monthly_deducted bigint, addon_deducted bigint, '
                  'hold_expires_at timestamp with time zone, previous_balance bigint, '
                  'new_balance bigint, seq bigint, replayed boolean'),
  ('refund', 'job_id uuid, profile_id uuid, state text, amount bigint, monthly_refunded bigint, '
             'addon_refunded bigint, monthly_lapsed bigint, addon_lapsed bigint, '
             'monthly_revoked bigint, addon_revoked bigint, '
             'breakdown_source text, previous_balance bigint, new_balance bigint, seq bigint, '
             'replayed boolean'),
  ('grant_result', 'profile_id uuid, reference text, amount bigint, '
                   'expires_at timestamp with time zone, kind text, priority integer, '
                   'previous_balance bigint, new_balance bigint, seq bigint, replayed boolean'),
  ('settlement', 'job_id uuid, profile_id uuid, settled_cost bigint, monthly_deducted bigint, '
                 'addon_deducted bigint, shortfall bigint, monthly_refunded bigint, '
                 'addon_refunded bigint, monthly_lapsed bigint, addon_lapsed bigint, '
                 'monthly_revoked bigint, addon_revoked bigint, '
                 'late boolean, previous_balance bigint, new_balance bigint, seq bigint, '
                 'replayed boolean'),
  ('renewal', 'profile_id uuid, period_start timestamp with time zone, allowance bigint, '
              'carried bigint, lapsed bigint, previous_balance bigint, new_balance bigint, '
              'seq bigint, replayed boolean'),
  ('grant_entry', 'profile_id uuid, reference text, kind text, amount bigint, revoked bigint, '
                  'remaining bigint, expires_at timestamp with time zone, '
                  'granted_at timestamp with time zone, seq bigint'),
  ('reservation_preview', 'profile_id uuid, cost bigint, monthly_deducted bigint, '
                          'addon_deducted bigint, previous_balance bigint, new_balance bigint'),
  ('job_entry', 'profile_id uuid, job_id uuid, state text, reserved_cost bigint, '
                'settled_cost bigint, shortfall bigint, monthly_deducted bigint, '
                'addon_deducted bigint, monthly_refunded bigint, addon_refunded bigint, '
                'outstanding bigint, hold_due_at timestamp with time zone, '
                'settled_late boolean, created_at timestamp with time zone, '
                'finished_at timestamp with time zone, meta_json jsonb, spender text'),
  ('profile_entry', 'profile_id uuid, created_at timestamp with time zone, '
                    'closed_at timestamp with time zone, to_profile_id uuid, '
                    'overdraft_limit bigint, period_start timestamp with time zone, '
                    'allowance bigint, rollover_cap bigint, owed bigint, uncollected bigint, '
                    'packs bigint, pack_credits bigint, '
                    'next_pack_expiry timestamp with time zone, open_holds bigint, '
                    'next_hold_expiry timestamp with time zone, seq bigint, '
                    'low_balance bigint, low boolean, limits bigint, limits_reached bigint'),
  ('listed_profile', 'profile_id uuid, credits_remaining bigint, addon_credits bigint, '
                     'available bigint, overdraft_limit bigint, seq bigint, '
                     'created_at timestamp with time zone, changed_at timestamp with time zone, '
                     'closed_at timestamp with time zone'),
  ('alert', 'profile_id uuid, low_balance bigint, kinds text[], low boolean, depleted boolean, '
            'is_default boolean, topup_below bigint, topup_amount bigint, topups_a_month bigint, '
            'topup_paused_until timestamp with time zone'),
  ('topup', 'profile_id uuid, reference text, amount bigint, state text, '
            'requested_at timestamp with time zone, closed_at timestamp with time zone, '
            'paused_until timestamp with time zone, replayed boolean'),
  ('event', 'event_id text, profile_id uuid, seq bigint, kind text, subject text, '
            'occurred_at timestamp with time zone, payload jsonb, attempts bigint'),
  ('usage_entry', 'period_start timestamp with time zone, period_end timestamp with time zone, '
                  'label text, jobs bigint, consumed bigint, returned bigint, net bigint, '
                  'monthly_net bigint, addon_net bigint'),
  ('limit_entry', 'profile_id uuid, spender text, window_name text, amount bigint, spent bigint, '
                  'remaining bigint, window_start timestamp with time zone, '
                  'resets_at timestamp with time zone, time_zone text, replayed boolean'),
  ('revocation', 'profile_id uuid, reference text, period_start timestamp with time zone, '
                 'revocation_id text, state text, requested bigint, amount bigint, '
                 'collected bigint, uncollected bigint, lapsed bigint, previous_balance bigint, '
                 'new_balance bigint, seq bigint, replayed boolean'),
  ('move_result', 'profile_id uuid, to_profile_id uuid, move_id text, monthly_moved bigint, '
                  'addon_moved bigint, packs bigint, previous_balance bigint, '
                  'new_balance bigint, seq bigint, to_seq bigint, replayed boolean'),
  ('job_event', 'seq bigint, ts timestamp with time zone, kind text, monthly_delta bigint, '
                'addon_delta bigint, outstanding bigint, reason text'),
  ('finding', 'severity text, profile_id uuid, job_id uuid, rule text, expected text, found text'),
  ('legacy_job', 'id text, status text, meta_json jsonb, created_at timestamp with time zone'),
  ('legacy_entry', 'id text, ts timestamp with time zone, kind text, job_id text, '
                   'delta numeric, reason text'),
  ('damage', 'profile_id uuid, job_id text, entry_id text, kind text, detail text'),
  ('import_result', 'profile_id uuid, credits_remaining bigint, addon_credits bigint, '
                    'overdraft_limit bigint, jobs bigint, entries bigint, seq bigint, '
                    'replayed boolean'),
  ('refund_audit', 'profile_id uuid, job_id uuid, entry_id text, ts timestamp with time zone, '
                   'refunded bigint, misplaced_at_least bigint, misplaced_at_most bigint, '
                   'addon_lost_at_least bigint, addon_lost_at_most bigint, '
                   'monthly_gained_at_least bigint, monthly_gained_at_most bigint, '
                   'certainty text, position integer, reference text, repair_seq bigint'),
  ('repair', 'profile_id uuid, job_id uuid, entry_id text, addon_restored bigint, '
             'monthly_taken bigint, written_off bigint, previous_balance bigint, '
             'new_balance bigint, seq bigint, replayed boolean'),
  ('batch_reservation', 'position integer, reservation credits.reservation, error jsonb'),
  ('batch_settlement', 'position integer, settlement credits.settlement, error jsonb'),
  ('batch_refund', 'position integer, refund credits.refund, error jsonb'),
  ('batch_renewal', 'position integer, renewal credits.renewal, error jsonb'),
  ('batch_grant', 'position integer, granted credits.grant_result, error jsonb')
) c (type_name, attributes);

select * from finish();
rollback;
