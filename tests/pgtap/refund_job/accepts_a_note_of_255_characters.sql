begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(
  format('credits.refund_job(%L, reason => %L)', :'job', repeat('x', 255))) as done \gset

select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1500): %s', :'job', repeat('x', 255)),
  'the whole note is in the ledger'
);

select * from finish();
rollback;
