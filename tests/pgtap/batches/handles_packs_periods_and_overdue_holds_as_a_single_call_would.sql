begin;
\ir ../helpers.psql
select plan(6);

-- For each function a profile with a pack, one with a past month, and one with an overdue hold.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
create temporary table world as
select b.*, credits_tests.profile(0, 0) as packed, credits_tests.profile(10, 0) as renewed,
       credits_tests.profile(10, 0) as late
  from (values
    ('settle_job_many', '{"actual_cost": 5}'::jsonb, 'done, done, done',
     '25, settle +3 +0, lapse -3 +0, expire +8 +0, settle -5 +0'),
    ('refund_job_many', '{}', 'done, done, replayed',
     '30, refund +8 +0, lapse -8 +0, expire +8 +0')
  ) b (name, common, outcomes, history);
select count(credits_tests.pack(w.packed, 30, '2030-01-09 00:00Z', 'promo')) as packs
  from world w
\gset
create temporary table batch as
select w.*,
       credits_tests.batch(w.common, 'job_id', credits_tests.job(w.packed, 20)::text,
                           credits_tests.job(w.renewed, 8)::text,
                           credits_tests.hold(w.late, 8, '1 hour')::text) as elements
  from world w;
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.set_time('2030-01-05 00:00Z') as now \gset
select count(credits.renew_monthly(w.renewed, '2030-01-05 00:00Z', 0)) as renewals from world w
\gset

select is(
  credits_tests.outcomes(b.name, b.elements), b.outcomes, format('%s: each is answered', b.name)
)
from batch b;
select is(
  concat(credits_tests.packs(b.packed), ', ', credits_tests.history(b.renewed, 3), ', ',
         credits_tests.history(b.late, 2)),
  b.history,
  format('%s: to the pack; with a lapse; after the hold went back by itself', b.name)
)
from batch b;
select credits_tests.sound(b.packed, format('%s: the books are sound', b.name)) from batch b;

select * from finish();
rollback;
