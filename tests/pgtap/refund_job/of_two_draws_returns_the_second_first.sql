begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 1000) as profile \gset
select credits_tests.job(:'profile', 700) as job \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, 100, 0, %L, %L)',
                                   :'profile', 'a', 'why', 'who')),
       credits_tests.answer(format('credits.settle_job(%L, 1000)', :'job'))
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

select * from finish();
rollback;
