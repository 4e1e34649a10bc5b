begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.answer(
  format('credits.refund_job(%L, 100, %L, %L)', :'job', 'part-1', 'first note')) as first \gset
select credits_tests.replays(
  format('credits.refund_job(%L, 100, %L, %L)', :'job', 'part-1', 'second note'), :'first',
  'the note of a part is not compared'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: 0, addon: +100): first note', :'job'),
  'the first note stays'
);
select credits_tests.answer(
  format('credits.refund_job(%L, reason => %L)', :'job', 'first note')) as first \gset
select credits_tests.replays(
  format('credits.refund_job(%L, reason => %L)', :'job', 'second note'), :'first',
  'the note of a whole refund is not compared'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1400): first note', :'job'),
  'the first note stays'
);

select * from finish();
rollback;
