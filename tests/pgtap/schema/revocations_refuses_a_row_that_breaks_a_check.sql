begin;
\ir ../helpers.psql
select plan(3);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'grant_seq', 2, 'amount', 50, 'collected', 50, 'seq', 3
) as good \gset

select credits_tests.violates(
  'revocations', :'good'::jsonb || c.change, 'revocations_collected_within_amount', c.change::text
)
from (values ('{"collected": 51}'::jsonb), ('{"collected": -1}')) c (change);
select credits_tests.has_checks('revocations', array['revocations_collected_within_amount']);

select * from finish();
rollback;
