begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-01-02 00:00Z', 'paid') as pack \gset
select credits_tests.hold(:'profile', 50, '2 days') as job,
       credits_tests.set_time('2030-01-03 12:00Z') as later
\gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.expire_holds(10000) r where r.profile_id = :'profile'),
  '{"amount": 50, "addon_lapsed": 0, "new_balance": 50}', 'the credits are back'
);
select is(
  (select k.expires_at from credits.packs k where k.profile_id = :'profile'),
  '2030-01-04 00:00Z'::timestamptz, 'for the day it had left, counted from the deadline'
);
select credits_tests.set_time('2030-01-04 00:00Z') as later \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')), '{"available": 0}',
  'then it is over'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
