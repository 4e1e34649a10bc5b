begin;
\ir ../helpers.psql
select plan(13);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'source_seq', 2, 'revocation_id', 'dispute-1', 'requested', 60,
  'amount', 50, 'collected', 30, 'lapsed', 20, 'newer_outstanding', 0, 'opened_seq', 3,
  'seq', 3
) as good \gset

select credits_tests.violates(
  'revocations', :'good'::jsonb || c.change, c.broken, c.change::text
)
from (values
  ('revocations_parts_within_amount', '{"collected": 31}'::jsonb),
  ('revocations_parts_within_amount', '{"lapsed": 21}'),
  ('revocations_parts_within_amount', '{"collected": -1}'),
  ('revocations_parts_within_amount', '{"lapsed": -1}'),
  ('revocations_parts_within_amount', '{"newer_outstanding": -1}'),
  ('revocations_amount_within_requested', '{"requested": 49}'),
  ('revocations_amount_within_requested', '{"requested": 0, "amount": 0, "collected": 0, "lapsed": 0}'),
  ('revocations_amount_within_requested', '{"requested": 9007199254740992}'),
  ('revocations_ended_holds_nothing', '{"ended_at": "2030-01-01 00:00Z"}'),
  ('revocations_open_was_opened', '{"opened_seq": null, "requested": null}'),
  ('revocations_open_was_opened',
   '{"opened_seq": null, "ended_at": "2030-01-01 00:00Z", "amount": 0, "collected": 0, "lapsed": 0}')
) c (broken, change);
select credits_tests.has_checks(
  'revocations',
  array['revocations_parts_within_amount', 'revocations_amount_within_requested',
        'revocations_ended_holds_nothing', 'revocations_open_was_opened']
);
select lives_ok(
  'update credits.revocations set requested = null', 'all that is left needs no amount'
);

select * from finish();
rollback;
