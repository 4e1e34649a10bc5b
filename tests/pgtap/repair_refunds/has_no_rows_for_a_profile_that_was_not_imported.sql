begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(format('credits.refund_job(%L)', credits_tests.job(:'profile', 2000)))
  as done
\gset
select credits_tests.fingerprint() as before \gset

select is(credits_tests.repaired(:'profile'), null, 'there is nothing to repair');
select is(credits_tests.fingerprint(), :'before', 'nothing is written');

select * from finish();
rollback;
