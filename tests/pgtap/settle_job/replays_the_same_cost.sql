begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as less, credits_tests.job(:'profile', 1000) as more,
       credits_tests.job(:'profile', 500) as same
\gset
select credits_tests.answer(format('credits.settle_job(%L, 400)', :'less')) as first_less,
       credits_tests.answer(format('credits.settle_job(%L, 9000)', :'more')) as first_more,
       credits_tests.answer(format('credits.settle_job(%L, 500)', :'same')) as first_same
\gset

select credits_tests.replays(
  format('credits.settle_job(%L, 400)', :'less'), :'first_less', 'settled for less'
);
select credits_tests.replays(format('credits.settle_job(%L, 9000)', :'more'), :'first_more',
                             'settled for more');
select credits_tests.replays(
  format('credits.settle_job(%L, 500)', :'same'), :'first_same', 'settled at the reserved cost'
);
select credits_tests.replays(
  format('credits.settle_job(%L)', :'less'), :'first_less', 'without a cost'
);
select credits_tests.replays(
  format('credits.settle_job(%L, 9000, %L)', :'more', 'reject'), :'first_more',
  'the overage is not compared, and the wallet is empty by now'
);

-- After a refund.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')) as first \gset
select credits_tests.refund(:'job', 50, 'part-1') as done \gset

select credits_tests.replays(
  format('credits.settle_job(%L, 700)', :'job'), :'first', 'after a refund of a part'
);
select credits_tests.refund(:'job') as done,
       credits_tests.job(:'profile', 5)::text as another
\gset
select credits_tests.replays(
  format('credits.settle_job(%L, 700)', :'job'), :'first', 'after a refund of the rest'
);
select credits_tests.replays(
  format('credits.settle_job(%L)', :'job'), :'first', 'after a refund, without a cost'
);

select * from finish();
rollback;
