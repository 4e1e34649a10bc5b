begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(0, 0) as profile \gset
select jsonb_build_object(
  'profile_id', :'profile', 'seq', 1, 'amount', 50, 'remaining', 50, 'lapsed', 0, 'kind', 'paid',
  'priority', 0, 'expires_at', '2030-02-01 00:00Z', 'granted_until', '2030-02-01 00:00Z'
) as good \gset

select credits_tests.violates(
  'packs', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('packs_amount_in_range', '{"amount": 0, "remaining": 0}'::jsonb),
  ('packs_amount_in_range', '{"amount": 9007199254740992}'),
  ('packs_remaining_within_amount', '{"remaining": 51}'),
  ('packs_remaining_within_amount', '{"remaining": -1}'),
  ('packs_remaining_within_amount', '{"lapsed": 1}'),
  ('packs_remaining_within_amount', '{"lapsed": -1}'),
  ('packs_kind_known', '{"kind": "free"}'),
  ('packs_expiry_never_earlier', '{"expires_at": "2030-01-31 00:00Z"}')
) c (broken, change);
select credits_tests.has_checks(
  'packs',
  array['packs_amount_in_range', 'packs_remaining_within_amount', 'packs_kind_known',
        'packs_expiry_never_earlier']
);

select * from finish();
rollback;
