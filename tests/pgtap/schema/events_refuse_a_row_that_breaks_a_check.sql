begin;
\ir ../helpers.psql
select plan(27);

select credits_tests.profile(0, 0) as profile \gset
select credits.set_alert(:'profile', 5, '{credits.low}') as watched \gset

-- A row of its own for each table: a good one, and what breaks it.
select jsonb_build_object(
  'alerts', jsonb_build_object(
    'profile_id', credits_tests.profile(0, 0), 'low_balance', 5, 'since_seq', 1,
    'is_default', false, 'low', true, 'depleted', true, 'since_low', true, 'since_depleted', true,
    'notice_before', '3 days', 'kinds', '["credits.low"]'::jsonb),
  'topups', jsonb_build_object(
    'profile_id', :'profile', 'number', 1, 'seq', 1, 'amount', 5,
    'requested_at', '2030-01-01 00:00Z', 'state', 'open', 'reference', 'topup-1'),
  'events', jsonb_build_object(
    'profile_id', :'profile', 'seq', 1, 'kind', 'credits.low', 'subject', '', 'attempts', 0,
    'occurred_at', '2030-01-01 00:00Z', 'due_at', '2030-01-01 00:00Z', 'payload', '{}'::jsonb)
) as good \gset

select credits_tests.violates(
  c.table_name, (:'good'::jsonb -> c.table_name) || c.change, c.broken,
  format('%s: %s', c.broken, c.change)
)
from (values
  ('alerts', 'alerts_low_balance_in_range', '{"low_balance": 0}'::jsonb),
  ('alerts', 'alerts_low_balance_in_range', '{"low_balance": 9007199254740992}'),
  ('alerts', 'alerts_kinds_known', '{"kinds": ["credits.low", "credits.high"]}'),
  ('alerts', 'alerts_topup_is_whole', '{"topup_below": 5}'),
  ('alerts', 'alerts_topup_is_whole', '{"topup_below": 5, "topup_amount": 5}'),
  ('alerts', 'alerts_topup_is_whole', '{"topups_a_month": 5}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 0, "topup_amount": 5, "topups_a_month": 5}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 9007199254740992, "topup_amount": 5, "topups_a_month": 5}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 5, "topup_amount": 0, "topups_a_month": 5}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 5, "topup_amount": 9007199254740992, "topups_a_month": 5}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 5, "topup_amount": 5, "topups_a_month": 0}'),
  ('alerts', 'alerts_topup_in_range',
   '{"topup_below": 5, "topup_amount": 5, "topups_a_month": 1001}'),
  ('topups', 'topups_state_known', '{"state": "paid", "closed_at": "2030-01-02 00:00Z"}'),
  ('topups', 'topups_closed_has_closed_at', '{"state": "declined"}'),
  ('topups', 'topups_closed_has_closed_at', '{"closed_at": "2030-01-02 00:00Z"}'),
  ('topups', 'topups_granted_has_grant_seq',
   '{"state": "granted", "closed_at": "2030-01-02 00:00Z"}'),
  ('topups', 'topups_granted_has_grant_seq',
   '{"state": "declined", "closed_at": "2030-01-02 00:00Z", "grant_seq": 2}'),
  ('topups', 'topups_granted_has_grant_seq', '{"grant_seq": 2}'),
  ('events', 'events_kind_known', '{"kind": "credits.high"}'),
  ('events', 'events_kind_known', '{"kind": ""}'),
  ('events', 'events_finished_or_set_aside',
   '{"finished_at": "2030-01-02 00:00Z", "set_aside_at": "2030-01-02 00:00Z"}')
) c (table_name, broken, change);
select credits_tests.has_checks(c.table_name, c.names::text[])
  from (values
    ('alerts', '{alerts_low_balance_in_range, alerts_kinds_known, alerts_topup_is_whole,
                 alerts_topup_in_range}'),
    ('topups', '{topups_state_known, topups_closed_has_closed_at, topups_granted_has_grant_seq}'),
    ('events', '{events_kind_known, events_finished_or_set_aside}')
  ) c (table_name, names);

-- Of one profile, one request is open at a time.
insert into credits.topups
select * from jsonb_populate_record(null::credits.topups, :'good'::jsonb -> 'topups');
select throws_ok(
  format('insert into credits.topups
          select * from jsonb_populate_record(null::credits.topups, %L)',
         (:'good'::jsonb -> 'topups') || c.change),
  '23505', null, c.change::text
)
from (values ('{"number": 2}'::jsonb)) c (change);
select lives_ok(
  format('insert into credits.topups
          select * from jsonb_populate_record(null::credits.topups, %L)',
         (:'good'::jsonb -> 'topups') || c.change),
  c.change::text
)
from (values
  ('{"number": 2, "state": "declined", "closed_at": "2030-01-02 00:00Z"}'::jsonb),
  ('{"number": 3, "state": "granted", "closed_at": "2030-01-02 00:00Z", "grant_seq": 7}')
) c (change);

select * from finish();
rollback;
