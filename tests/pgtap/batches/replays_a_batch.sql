begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(100, 100) as reserving, credits_tests.profile(100, 0) as settling,
       credits_tests.profile(100, 0) as refunding
\gset
select credits_tests.job(:'settling', 10) as a, credits_tests.job(:'settling', 10) as b,
       credits_tests.job(:'refunding', 10) as c, credits_tests.job(:'refunding', 10) as d
\gset

create temporary table batch as
select b.*
  from (values
    ('reserve_credits_many', :'reserving'::uuid,
     credits_tests.batch('{"cost": 60}' || jsonb_build_object('profile_id', :'reserving'),
                         'job_id', gen_random_uuid()::text, gen_random_uuid()::text,
                         gen_random_uuid()::text),
     'done, done, done', '[]'::jsonb, 'replayed, replayed, replayed', '0 + 20'),
    ('settle_job_many', :'settling',
     credits_tests.batch('{"actual_cost": 4}', 'job_id', :'a', :'b'),
     'done, done', credits_tests.batch('{"actual_cost": 5}', 'job_id', :'a'),
     'replayed, replayed, job_conflict', '92 + 0'),
    ('refund_job_many', :'refunding',
     credits_tests.batch('{}', 'job_id', :'c', :'d'),
     'done, done', '[]', 'replayed, replayed', '100 + 0')
  ) b (name, profile_id, elements, first, more, again, buckets);

select is(
  credits_tests.outcomes(b.name, b.elements), b.first, format('%s: the first time', b.name)
)
from batch b;
select is(
  concat(credits_tests.outcomes(b.name, b.elements || b.more), ' ',
         credits_tests.buckets(b.profile_id)),
  concat(b.again, ' ', b.buckets),
  format('%s: again, which moves nothing', b.name)
)
from batch b;

select * from finish();
rollback;
