begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(100, 0) as profile
\gset
select credits_tests.job(:'profile', 10) as job, credits_tests.job(:'profile', 10) as other
\gset
select credits.refund_job(:'job', amount => 2, refund_id => 'part 1')
\gset

create temporary table answer as
select r.*
  from credits.refund_job_many(jsonb_build_array(
    jsonb_build_object('job_id', :'job', 'amount', 2, 'refund_id', 'part 1'),
    jsonb_build_object('job_id', :'other', 'amount', 3, 'refund_id', 'part 1'),
    jsonb_build_object('job_id', :'other', 'amount', 3, 'refund_id', 'part 1'),
    jsonb_build_object('job_id', :'other', 'amount', 4, 'refund_id', 'part 1'),
    jsonb_build_object('job_id', :'job'),
    jsonb_build_object('job_id', :'other'),
    jsonb_build_object('job_id', :'other', 'amount', 3, 'refund_id', 'part 1')
  )) r;

select is(
  array(select concat_ws(' ', (a.refund).state, (a.refund).amount,
                         case when (a.refund).replayed then 'replayed' end, a.error ->> 'message')
          from answer a
         order by a.position),
  array['reserved 2 replayed', 'reserved 3', 'reserved 3 replayed', 'reference_conflict',
        'refunded 8', 'refunded 7', 'refunded 3 replayed'],
  'a replay says the state that the job has at this place'
);
select is(
  (select jsonb_object_agg(d.key, d.value)
     from answer a
    cross join jsonb_each(a.error -> 'details') d
    where a.position = 4
      and d.key in ('stored', 'given')),
  '{"stored": 3, "given": 4}', 'a key of the same batch tells its amount'
);
select is(credits_tests.buckets(:'profile'), '100 + 0', 'the credits came back once');
select credits_tests.sound(:'profile', 'the books are sound');

select * from finish();
rollback;
