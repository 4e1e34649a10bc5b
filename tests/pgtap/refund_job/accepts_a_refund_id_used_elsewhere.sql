begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 1000) as one, credits_tests.job(:'profile', 1000) as two \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', c.job, c.amount, 'part-1')),
  jsonb_build_object('job_id', c.job, 'amount', c.amount, 'replayed', false),
  format('%s credits', c.amount)
)
from (values (:'one', 100), (:'two', 250)) c (job, amount);
select is(credits_tests.buckets(:'profile'), '0 + 3850', 'both parts are back');

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.grant_credits(:'profile', 700, 'same-key') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'same-key')),
  '{"amount": 100, "replayed": false}',
  'the reference of a grant is not a refund_id'
);
select is(credits_tests.buckets(:'profile'), '0 + 4300', 'both are in the bucket');

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(
  format('credits._write_ledger(%L, %L, %L, 0, 0, %L, %L)',
         :'profile', 'repair', :'job', 'repaired', 'same-key')
) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'same-key')),
  '{"amount": 100, "addon_refunded": 100, "replayed": false}',
  'another kind of row is not a refund'
);
select is(credits_tests.buckets(:'profile'), '0 + 3600', 'the part is back');

select * from finish();
rollback;
