begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800, 300),
       credits_tests.renew(:'profile', '2020-03-01 00:00Z', 800, 300)
\gset done_

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, %s, %s)',
         :'profile', c.period_start, c.allowance, c.cap),
  'PT409', 'period_conflict',
  jsonb_build_object('current', '2020-03-01 00:00Z'::timestamptz,
                     'given', c.period_start::timestamptz),
  format('%s, %s, %s', c.period_start, c.allowance, c.cap)
)
from (values ('2020-03-01 00:00Z', 801, 300), ('2020-03-01 00:00Z', 800, 299),
             ('2020-02-01 00:00Z', 0, 300), ('2020-02-01 00:00Z', 800, 0))
     c (period_start, allowance, cap);

select * from finish();
rollback;
