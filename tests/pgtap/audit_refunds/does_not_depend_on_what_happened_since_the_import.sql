begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset
select credits_tests.audit(:'profile') as before \gset
select credits_tests.answer(format('credits.renew_monthly(%L, now(), 800)', :'profile')),
       credits_tests.job(:'profile', 4300),
       credits_tests.pack(:'profile', 70, null)
\gset done_

select is(credits_tests.audit(:'profile'), :'before', 'it says what was wrong then');
select is(
  (select a.repair_seq from credits.audit_refunds(:'profile') a), null, 'nothing is repaired yet'
);

select * from finish();
rollback;
