begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 300, '1 hour') as late,
       credits_tests.hold(:'profile', 100, '1 hour') as part,
       credits_tests.hold(:'profile', 0, '1 hour') as free,
       credits_tests.job(:'profile', 50) as plain
\gset
select credits_tests.refund(:'part', 40, 'part-1') as done \gset
select credits_tests.set_time('2030-01-01 01:00Z') as deadline \gset
select credits_tests.batch('{"actual_cost": null}', 'job_id', :'plain', :'late', :'part', :'free',
                           :'late') as elements
\gset

select is(
  (select string_agg(concat(a.answer #> '{settlement, settled_cost}', ' ',
                            a.answer #> '{settlement, late}'), ', ' order by a.answer -> 'position')
     from credits_tests.answers('settle_job_many', :'elements') a (answer)),
  '50 false, 300 true, 60 true, 0 true, 300 true',
  'at what each held until its hold expired'
);
select is(credits_tests.buckets(:'profile'), '0 + 590', 'and charged once');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
