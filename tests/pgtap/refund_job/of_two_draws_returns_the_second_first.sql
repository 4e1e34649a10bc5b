begin;
\ir ../helpers.psql
select plan(13);

select credits_tests.profile(500, 1000) as profile \gset
select credits_tests.job(:'profile', 700) as job \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, 100, 0, %L, %L)',
                                   :'profile', 'a', 'why', 'who')),
       credits_tests.settle(:'job', 1000)
\gset done_

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', :'job', c.amount, c.description)),
  jsonb_build_object('monthly_refunded', c.monthly, 'addon_refunded', c.addon),
  c.description
)
from (values
  (150, 0, 150, 'addon of the second draw'),
  (100, 50, 50, 'the last of it, then its monthly credits'),
  (150, 50, 100, 'the last of these, then addon of the first draw'),
  (200, 100, 100, 'the last of it, then monthly')
) c (amount, monthly, addon, description);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"state": "refunded", "monthly_refunded": 400, "addon_refunded": 0}', 'and all the rest'
);
select is(credits_tests.buckets(:'profile'), '600 + 1000', 'everything is back');
select credits_tests.sound(:'profile');

-- Draws from packs.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-03-01 00:00Z') as first \gset
select credits_tests.job(:'profile', 70) as job \gset
select credits_tests.pack(:'profile', 60, '2030-02-01 00:00Z') as second \gset
select credits_tests.settle(:'job', 150) as done \gset

select is(
  (select concat(credits_tests.packs(:'profile'), ', ', credits_tests.buckets(:'profile'))
     from credits.refund_job(:'job', c.amount, c.description) r),
  c.left_over,
  c.description
)
from (values
  (15, '0 0, 0 + 75', 'perpetual credits of the second draw'),
  (10, '0 5, 0 + 85', 'the last of these, then the pack of the second draw'),
  (60, '0 60, 0 + 145', 'the last of it, then perpetual credits of the first draw'),
  (35, '20 60, 0 + 180', 'the last of these, then the pack of the first draw')
) c (amount, left_over, description);
select credits_tests.refund(:'job') as done \gset
select is(
  concat(credits_tests.packs(:'profile'), ', ', credits_tests.buckets(:'profile')),
  '50 60, 0 + 210', 'everything is back'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
