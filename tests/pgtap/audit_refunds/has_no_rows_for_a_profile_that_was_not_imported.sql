begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(format('credits.refund_job(%L)', credits_tests.job(:'profile', 2000)))
  as done
\gset

select is_empty(format('select credits.audit_refunds(%L)', :'profile'), 'its refunds are right');
select is_empty(
  format('select credits.audit_refunds(%L)', credits_tests.imported(0, 0, '{}', '{}')),
  'nor for one without a history'
);

select * from finish();
rollback;
