begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 1, '2 hours'), credits_tests.hold(:'profile', 1, '1 hour'),
       credits_tests.hold(:'profile', 1, '3 hours')
\gset hold_

select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'),
  '2030-01-01 01:00Z'::timestamptz, 'whatever their order'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
