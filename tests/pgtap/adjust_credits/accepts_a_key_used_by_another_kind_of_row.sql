begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.grant_credits(:'profile', 7, 'key') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
                              c.profile, 'key', 'why', 'who')),
  '{"replayed": false}', c.description
)
from (values (:'profile', 'a key that is the reference of a grant'),
             (:'other', 'a key of another profile'))
     c (profile, description);

select * from finish();
rollback;
