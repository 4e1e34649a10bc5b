begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 30) as job \gset
select credits_tests.revoke(:'profile', 'pack 50') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"addon_refunded": 30, "addon_lapsed": 0, "new_balance": 30}', 'the credits come back'
);
select is(credits_tests.packs(:'profile'), '30', 'to their pack');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
