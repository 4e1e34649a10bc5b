begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.settle(credits_tests.job(:'profile', 2000)) as job,
       credits_tests.settle(credits_tests.job(:'profile', 0)) as free,
       credits_tests.settle(credits_tests.job(:'profile', 100)) as in_part
\gset
select credits_tests.refund(:'in_part', 10, 'part-1') as done \gset

select credits_tests.refuses(
  format('select credits.rollback_reservation(%L)', c.job),
  'PT409', 'wrong_state', '{"state": "settled"}',
  c.description
)
from (values
  (:'job', 'a settled job'),
  (:'free', 'a free job, too'),
  (:'in_part', 'a partly refunded job, too')
) c (job, description);
select is(credits_tests.job_row(:'job') ->> 'state', 'settled', 'the job is still settled');

select * from finish();
rollback;
