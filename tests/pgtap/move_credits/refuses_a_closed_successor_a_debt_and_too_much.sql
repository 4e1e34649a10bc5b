begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(0, 1000) as profile, credits_tests.profile(0, 5) as closed,
       credits_tests.profile(10, 0) as debtor, credits_tests.profile(1, 9007199254740000) as full,
       credits_tests.profile(2000, 0) as other
\gset
select credits_tests.close(:'closed') as done,
       credits_tests.job(credits_tests.allow_overdraft(:'debtor', 50), 40) as job
\gset

select credits_tests.refuses(
  format('select credits.move_credits(%L, %L, %L, %L, %L)', c.profile, c.other, 'a', 'why', 'who'),
  c.sqlstate, c.token, c.detail, c.what
)
from (values
  (:'profile', :'closed', 'PT410', 'profile_closed', '{}'::jsonb, 'the other one is closed'),
  (:'debtor', :'other', 'PT409', 'wrong_state', '{"debt": 30}', 'a debt is not moved'),
  (:'profile', :'full', 'PT400', 'invalid_amount',
   '{"parameter": "to_profile_id", "value": 1000, "minimum": 0, "maximum": 990}',
   'more than there is room for'),
  (:'other', :'full', 'PT400', 'invalid_amount',
   '{"parameter": "to_profile_id", "value": 2000, "minimum": 0, "maximum": 990}',
   'a month that there is no room for')
) c (profile, other, sqlstate, token, detail, what);
select is(credits_tests.move(:'closed', :'other')::text, :'other', 'a closed profile is moved');
select is(credits_tests.buckets(:'other'), '2000 + 5', 'with all that is left');
select is(credits_tests.move(:'other', :'full', 'leave')::text, :'full',
          'what stays needs no room');

select * from finish();
rollback;
