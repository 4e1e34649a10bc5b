begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(
    format('credits.refund_job(%L, 100, %L, profile_id => %L)', :'job', 'part-1', :'profile')),
  '{"state": "reserved", "amount": 100, "replayed": false}',
  'for a part'
);
select credits_tests.answer(
  format('credits.refund_job(%L, profile_id => %L)', :'job', :'profile')) as first \gset
select credits_tests.shows(
  :'first', '{"state": "refunded", "amount": 1900, "replayed": false}', 'for the rest'
);
select credits_tests.replays(
  format('credits.refund_job(%L)', :'job'), :'first',
  'with and without the profile it is the same call'
);

select * from finish();
rollback;
