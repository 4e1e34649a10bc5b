begin;
\ir ../helpers.psql
select plan(10);

select jsonb_build_object(
  'id', gen_random_uuid(), 'credits_remaining', 500, 'addon_credits', 5000, 'overdraft_limit', 0,
  'uncollected', 0, 'seq', 1, 'created_at', now(),
  'early_packs', false, 'limited', false, 'watched', false
) as good \gset

select credits_tests.violates(
  'profiles', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('profiles_nothing_below_its_limit', '{"credits_remaining": -1}'::jsonb),
  ('profiles_buckets_in_range', '{"credits_remaining": 4611686018427387904}'),
  ('profiles_nothing_below_its_limit', '{"addon_credits": -1}'),
  ('profiles_nothing_below_its_limit', '{"addon_credits": -301, "overdraft_limit": 300}'),
  ('profiles_buckets_in_range', '{"addon_credits": 4611686018427387904}'),
  ('profiles_nothing_below_its_limit', '{"addon_credits": 1, "overdraft_limit": -1}'),
  ('profiles_overdraft_limit_in_range', '{"overdraft_limit": 9007199254740992}'),
  ('profiles_nothing_below_its_limit', '{"seq": -1}'),
  ('profiles_nothing_below_its_limit', '{"uncollected": -1}')
) c (broken, change);
select credits_tests.has_checks(
  'profiles',
  array['profiles_nothing_below_its_limit', 'profiles_buckets_in_range',
        'profiles_overdraft_limit_in_range']
);

select * from finish();
rollback;
