begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(
  format('credits._write_ledger(%L, %L, %L, 0, 0, %L, %L)',
         :'profile', 'repair', :'job', 'repaired', 'same-key')
) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', 'same-key')),
  '{"amount": 100, "addon_refunded": 100, "replayed": false}',
  'only a refund of the job is looked for'
);
select is(credits_tests.buckets(:'profile'), '0 + 3600', 'the part is back');

select * from finish();
rollback;
