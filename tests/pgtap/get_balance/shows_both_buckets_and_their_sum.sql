begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  jsonb_build_object('profile_id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000,
                     'available', 5500, 'seq', 1, 'replayed', false),
  'each bucket, and both together'
);

select * from finish();
rollback;
