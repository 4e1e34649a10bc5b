begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_with_a_job() as profile \gset
select credits_tests.answer(format('credits.renew_monthly(%L, now(), 800)', :'profile')),
       credits_tests.pack(:'profile', 100, clock_timestamp() + interval '1 day'),
       credits_tests.job(:'profile', 1000) as job
\gset done_

select is(
  credits_tests.history(:'profile'), 'renew +800 +0, grant +0 +100, reserve -800 -200',
  'a month, a pack and a job'
);
select is(credits_tests.packs(:'profile'), '0', 'the pack is spent first');
select credits_tests.refund(:'done_job'),
       credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A')))
\gset done_
select is(
  credits_tests.buckets(:'profile'), '1300 + 5100', 'refunds of the new job and of the old one'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
