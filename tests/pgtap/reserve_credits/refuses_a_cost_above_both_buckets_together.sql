begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format($$ select credits.reserve_credits(%L, gen_random_uuid(), 5501) $$, :'profile'),
  'PT402', 'insufficient_credits',
  '{"required": 5501, "available": 5500, "monthly": 500, "addon": 5000}',
  'one credit more than monthly + addon is refused'
);
select is(
  (select row(r.monthly_deducted, r.addon_deducted)::text
     from credits.reserve_credits(:'profile', gen_random_uuid(), 5500) r),
  '(500,5000)',
  'exactly monthly + addon is taken'
);

select * from finish();
rollback;
