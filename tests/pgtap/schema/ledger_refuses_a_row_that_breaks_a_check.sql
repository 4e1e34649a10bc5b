begin;
\ir ../helpers.psql
select plan(35);

select jsonb_build_object(
  'profile_id', credits_tests.profile(500, 5000), 'seq', 2, 'ts', now(), 'kind', 'adjust',
  'monthly_delta', 0, 'addon_delta', 0, 'monthly_balance', 500, 'addon_balance', 5000,
  'reason', 'a test'
) as good \gset

select credits_tests.violates(
  'ledger', :'good'::jsonb || c.change, c.broken, format('%s: %s', c.broken, c.change)
)
from (values
  ('ledger_seq_from_one', '{"seq": 0}'::jsonb),
  ('ledger_kind_known', '{"kind": "steal"}'),
  ('ledger_grant_leaves_monthly_alone', '{"kind": "grant", "monthly_delta": 1}'),
  ('ledger_renewal_leaves_addon_alone', '{"kind": "renew", "addon_delta": 1}'),
  ('ledger_renewal_leaves_addon_alone', '{"kind": "renew", "addon_delta": -1}')
) c (broken, change);
select credits_tests.violates(
  'ledger', :'good'::jsonb || jsonb_build_object('kind', k.kind),
  'ledger_job_kinds_name_their_job', format('a row of kind %s without its job', k.kind)
)
from unnest(array['reserve', 'raise', 'settle', 'refund', 'rollback', 'expire']) k (kind);
select credits_tests.violates(
  'ledger',
  :'good'::jsonb || jsonb_build_object('kind', k.kind, 'job_id', gen_random_uuid(), b.bucket, 1),
  'ledger_taking_kinds_only_take', format('a row of kind %s with a %s of 1', k.kind, b.bucket)
)
from unnest(array['reserve', 'raise', 'lapse', 'revoke']) k (kind)
cross join unnest(array['monthly_delta', 'addon_delta']) b (bucket);
select credits_tests.violates(
  'ledger', :'good'::jsonb || jsonb_build_object(a.amount, s.sign * 4611686018427387904),
  'ledger_amounts_in_range', format('a %s that is too far from zero', a.amount)
)
from unnest(array['monthly_delta', 'addon_delta', 'monthly_balance', 'addon_balance']) a (amount)
cross join unnest(array[-1, 1]) s (sign);
select credits_tests.violates(
  'ledger',
  :'good'::jsonb || jsonb_build_object('kind', c.kind, 'job_id', gen_random_uuid(), c.bucket, -1),
  'ledger_giving_kinds_only_give', format('a row of kind %s with a %s of -1', c.kind, c.bucket)
)
from (values ('refund', 'monthly_delta'), ('refund', 'addon_delta'), ('rollback', 'addon_delta'),
             ('expire', 'monthly_delta'), ('grant', 'addon_delta'), ('reinstate', 'monthly_delta'),
             ('reinstate', 'addon_delta')) c (kind, bucket);
select credits_tests.has_checks(
  'ledger',
  array['ledger_seq_from_one', 'ledger_kind_known', 'ledger_job_kinds_name_their_job',
        'ledger_taking_kinds_only_take', 'ledger_giving_kinds_only_give', 'ledger_amounts_in_range',
        'ledger_grant_leaves_monthly_alone', 'ledger_renewal_leaves_addon_alone']
);

select * from finish();
rollback;
