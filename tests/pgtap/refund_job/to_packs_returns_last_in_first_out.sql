begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(5, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z'),
       credits_tests.pack(:'profile', 60, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 70, '2030-04-01 00:00Z')
\gset pack_
select credits_tests.job(:'profile', 5 + 60 + 50 + 70 + 40) as job \gset

select is(
  (select concat(credits_tests.packs(:'profile'), ', ', credits_tests.buckets(:'profile'))
     from credits.refund_job(:'job', c.amount, c.description) r),
  c.left_over,
  c.description
)
from (values
  (30, '0 0 0, 0 + 90', 'perpetual credits first'),
  (20, '0 0 10, 0 + 110', 'the last of these, then the last pack drawn on'),
  (70, '10 0 70, 0 + 180', 'then the one before'),
  (103, '50 60 70, 3 + 280', 'then the first, then monthly')
) c (amount, left_over, description);
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.buckets(:'profile'), '5 + 280', 'everything is back');
select is(
  (select string_agg(concat(d.amount, '/', d.returned), ' ' order by d.position)
     from credits.pack_draws d where d.profile_id = :'profile'),
  '60/60 50/50 70/70', 'the draws record what came back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
