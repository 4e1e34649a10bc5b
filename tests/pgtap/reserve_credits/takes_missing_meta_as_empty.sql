begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.reserve_credits(%L, %L, 10%s)', :'profile', gen_random_uuid(), c.meta)),
  '{"cost": 10, "replayed": false}',
  c.description
)
from (values ('', 'no meta'), (', null', 'NULL'), (', ''{}''', 'an empty object'))
     c (meta, description);

select * from finish();
rollback;
