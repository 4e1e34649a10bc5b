begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(1, 2) as profile \gset

select credits_tests.refuses(
  format('select credits.balance_at(%L, %L)', c.profile, c.at),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values ('profile_id', null, 'now'), ('at', :'profile', null)) c (parameter, profile, at);
select credits_tests.refuses(
  'select credits.balance_at(gen_random_uuid(), now())', 'PT404', 'profile_not_found', '{}',
  'a profile that nobody opened'
);

select * from finish();
rollback;
