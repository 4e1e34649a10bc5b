begin;
\ir ../helpers.psql
select plan(7);

select jsonb_build_object(
  'profile_id', gen_random_uuid(), 'seq', 2, 'amount', 50, 'granted_at', '2030-01-01 00:00Z',
  'exclusive', false, 'kind', 'paid', 'reference', 'order-1'
) as good \gset

select credits_tests.violates(
  'addon_grants', :'good'::jsonb || c.change, c.broken, c.change::text
)
from (values
  ('addon_grants_amount_in_range', '{"amount": 0}'::jsonb),
  ('addon_grants_amount_in_range', '{"amount": 9007199254740992}'),
  ('addon_grants_kind_known', '{"kind": "free"}')
) c (broken, change);
select credits_tests.has_checks(
  'addon_grants', array['addon_grants_amount_in_range', 'addon_grants_kind_known']
);

-- A pack is of the kind of its grant, and of no other.
select credits_tests.profile(0, 0) as profile, gen_random_uuid() as payment \gset
select credits_tests.pack(:'profile', 50, '2099-01-01 00:00Z') as pack \gset
select throws_ok(
  format('update credits.packs k set kind = ''promo'' where k.profile_id = %L', :'profile'),
  '23503', null, 'a pack of another kind'
);

-- An exclusive reference is there once.
select credits_tests.grant_credits(:'profile', 5, :'payment') as one,
       credits_tests.grant_credits(credits_tests.profile(0, 0), 5, :'payment') as two
\gset
select lives_ok(
  format('update credits.addon_grants g set exclusive = true where g.profile_id = %L', :'one'),
  'one of two is exclusive'
);
select throws_ok(
  format('update credits.addon_grants g set exclusive = true where g.reference = %L', :'payment'),
  '23505', null, 'both are not'
);

select * from finish();
rollback;
