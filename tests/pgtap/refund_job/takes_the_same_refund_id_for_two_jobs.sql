begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 1000) as one, credits_tests.job(:'profile', 1000) as two \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', c.job, c.amount, 'part-1')),
  jsonb_build_object('job_id', c.job, 'amount', c.amount, 'replayed', false),
  format('%s credits', c.amount)
)
from (values (:'one', 100), (:'two', 250)) c (job, amount);
select is(credits_tests.buckets(:'profile'), '0 + 3850', 'both parts are back');

select * from finish();
rollback;
