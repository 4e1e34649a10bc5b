begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.refuses(
  'select credits.adjust_credits(gen_random_uuid(), ''a'', 1, 1, ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, -9000, 1, %L, %L)', :'profile', 'a', 'why', 'who'),
  'PT410', 'profile_closed', '{}', 'a closed profile, before the funds are checked'
);
select credits_tests.refuses(
  format('select credits.adjust_credits(%L, %L, %s, %s, %L, %L)', :'profile', 'a', c.monthly,
         c.addon, 'why', 'who'),
  'PT410', 'profile_closed', '{}', c.what
)
from (values
  (1, 0, 'monthly credits for a closed profile'),
  (-1, 1, 'a closed profile may not change one bucket into the other')
) c (monthly, addon, what);

select * from finish();
rollback;
