begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(10, 0) as reserving, credits_tests.profile(100, 0) as other,
       credits_tests.profile(100, 0) as settling, credits_tests.profile(100, 0) as refunding,
       gen_random_uuid() as job, gen_random_uuid() as shared
\gset
select credits_tests.job(:'settling', 10) as a, credits_tests.job(:'settling', 10) as b,
       credits_tests.job(:'refunding', 10) as c, credits_tests.job(:'refunding', 10) as d
\gset

create temporary table batch as
select b.*
  from (values
    ('reserve_credits_many',
     jsonb_build_array(
       jsonb_build_object('profile_id', :'reserving', 'job_id', :'job', 'cost', 4),
       jsonb_build_object('profile_id', :'reserving', 'job_id', :'job', 'cost', 4),
       jsonb_build_object('profile_id', :'reserving', 'job_id', :'job', 'cost', 5),
       jsonb_build_object('profile_id', :'other', 'job_id', :'job', 'cost', 4),
       jsonb_build_object('profile_id', :'reserving', 'job_id', :'shared', 'cost', 50),
       jsonb_build_object('profile_id', :'other', 'job_id', :'shared', 'cost', 50)),
     'done, replayed, job_conflict, job_conflict, insufficient_credits, done',
     'the first that is not refused has the job',
     array[:'reserving', :'other']::uuid[], '6 + 0, 50 + 0'),
    ('settle_job_many',
     credits_tests.batch('{"actual_cost": 4}', 'job_id', :'b', :'a', :'a', :'b'),
     'done, done, replayed, replayed', 'the second is a replay of the first',
     array[:'settling']::uuid[], '92 + 0'),
    ('refund_job_many', credits_tests.batch('{}', 'job_id', :'d', :'c', :'c', :'d'),
     'done, done, replayed, replayed', 'the second is a replay of the first',
     array[:'refunding']::uuid[], '100 + 0')
  ) b (name, elements, outcomes, description, profiles, buckets);

select is(
  credits_tests.outcomes(b.name, b.elements), b.outcomes, format('%s: %s', b.name, b.description)
)
from batch b;
select is(
  (select string_agg(credits_tests.buckets(p.id), ', ' order by p.place)
     from unnest(b.profiles) with ordinality p (id, place)),
  b.buckets,
  format('%s: the credits moved once', b.name)
)
from batch b;
select credits_tests.sound(b.profiles[1], format('%s: the books are sound', b.name)) from batch b;

select * from finish();
rollback;
