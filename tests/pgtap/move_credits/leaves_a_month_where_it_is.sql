begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(300, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.job(:'profile', 100) as job, credits_tests.job(:'profile', 50) as part \gset
select credits_tests.move(:'profile', :'other', 'leave') as done \gset

select credits_tests.refund(:'job'), credits_tests.settle(:'part', 10) as done \gset
select is(credits_tests.buckets(:'profile'), '290 + 0', 'also what comes back of it');
select is(
  credits_tests.history(:'profile', 5), 'refund +100 +0, settle +40 +0', 'and no row says it went'
);
select is(credits_tests.history(:'other'), null, 'nothing goes to the other one');
select credits_tests.sound(null);

select * from finish();
rollback;
