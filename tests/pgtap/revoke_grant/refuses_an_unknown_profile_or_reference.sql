begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.grant_credits(:'other', 700, 'order-1'),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, 0, 7, %L, %L)',
                                   :'profile', 'key', 'why', 'who'))
\gset done_

select credits_tests.refuses(
  'select credits.revoke_grant(gen_random_uuid(), ''order-1'', ''dispute-1'', 5, ''why'', ''who'')',
  'PT404', 'profile_not_found', '{}', 'a profile that nobody opened'
);
select credits_tests.refuses(
  format('select credits.revoke_grant(%L, %L, %L, 5, %L, %L)', :'profile', c.reference, 'dispute-1',
         'why', 'who'),
  'PT404', 'grant_not_found', '{}', c.description
)
from (values ('order-2', 'a reference that nobody granted'),
             ('order-1', 'the grant of another profile'),
             ('key', 'the key of an adjustment')) c (reference, description);

select * from finish();
rollback;
