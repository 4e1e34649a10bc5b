begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')) as first \gset
select credits_tests.answer(format('credits.refund_job(%L, 50, %L)', :'job', 'part-1')) as done
\gset

select credits_tests.replays(
  format('credits.settle_job(%L, 700)', :'job'), :'first', 'after a refund of a part'
);
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done,
       credits_tests.job(:'profile', 5)::text as another
\gset
select credits_tests.replays(
  format('credits.settle_job(%L, 700)', :'job'), :'first', 'after a refund of the rest'
);
select credits_tests.replays(format('credits.settle_job(%L)', :'job'), :'first', 'without a cost');

select * from finish();
rollback;
