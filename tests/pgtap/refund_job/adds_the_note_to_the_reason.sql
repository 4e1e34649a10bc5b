begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.answer(
  format('credits.refund_job(%L, 100, %L, %L)', :'job', 'part-1', 'ten rows were bad')
) as done \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +0, addon: +100): ten rows were bad', :'job'),
  'the note of a part stands at the end'
);
select credits_tests.answer(
  format('credits.refund_job(%L, reason => %L)', :'job', 'the file was bad')
) as done \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1400): the file was bad', :'job'),
  'so does the note of a whole refund'
);

select * from finish();
rollback;
