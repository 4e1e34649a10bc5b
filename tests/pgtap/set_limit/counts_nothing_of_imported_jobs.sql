begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.imported_with_a_job() as profile, credits_tests.old_id('A') as job \gset
select is(
  (select l.spent from credits_tests.limit_spender(:'profile', null, 'total', 100) l), 0::bigint,
  'what a job held at the import'
);
select credits_tests.settle(:'job', 2010) as settled \gset
select is(credits_tests.spent(:'profile'), 'total 10', 'what it draws since');
select is(
  (select l.spent from credits_tests.limit_spender(:'profile', null, 'month', 100) l), 10::bigint,
  'also for a limit that is set later'
);
select credits_tests.refund(:'job', 500, 'part') as part \gset
select is(credits_tests.spent(:'profile'), 'month 0, total 0', 'what comes back of that');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.spent(:'profile'), 'month 0, total 0', 'and nothing of the rest');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
