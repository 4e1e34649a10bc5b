begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.grant_credits(:'profile', 1000, 'order-1'),
       credits_tests.grant_credits(:'other', 1000, 'order-1')
\gset done_
select credits_tests.job(:'profile', 400) as one, credits_tests.job(:'profile', 500) as two,
       credits_tests.job(:'other', 300) as three
\gset
select credits_tests.revoke(:'profile', 'order-1') as done \gset

select is(
  (select string_agg(a.answer #>> '{refund,addon_revoked}', ', ' order by a.answer -> 'position')
     from credits_tests.answers('refund_job_many',
                                credits_tests.batch('{}', 'job_id', :'one', :'three')) a (answer)),
  '400, 0', 'refunds of both profiles'
);
select is(
  (select string_agg(a.answer #>> '{settlement,addon_revoked}', ', ')
     from credits_tests.answers('settle_job_many',
                                credits_tests.batch('{"actual_cost": 100}', 'job_id', :'two'))
          a (answer)),
  '400', 'a settlement for less'
);
select credits_tests.sound(:'profile');
select credits_tests.sound(:'other');

select * from finish();
rollback;
