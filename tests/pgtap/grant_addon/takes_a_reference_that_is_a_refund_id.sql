begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'same-key'))
  as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'same-key')),
  '{"amount": 700, "replayed": false}',
  'the key of a refund is no key of a grant'
);
select is(credits_tests.buckets(:'profile'), '0 + 4300', 'both were booked');

select * from finish();
rollback;
