begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-31 23:00Z') as now,
       credits_tests.profile(500, 0) as profile
\gset
select credits_tests.hold(:'profile', 400, '1 hour') as over,
       credits_tests.hold(:'profile', 50, '1 day') as open,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800, 300)',
                              :'profile', '2030-02-01 00:00Z')),
  '{"carried": 300, "lapsed": 150, "seq": 5}',
  'their credits are unused; those of an open hold are not'
);
select is(credits_tests.history(:'profile', 3), 'expire +400 +0, renew +650 +0', 'the ledger');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
