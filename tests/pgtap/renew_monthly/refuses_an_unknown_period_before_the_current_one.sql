begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.renew(:'profile', '2020-03-01 00:00Z', 800) as done \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 800)', :'profile', c.period_start),
  'PT409', 'period_conflict',
  jsonb_build_object('current', '2020-03-01 00:00Z'::timestamptz,
                     'given', c.period_start::timestamptz),
  format('%s is refused', c.period_start)
)
from (values ('2020-02-01 00:00Z'), ('2020-02-28 23:59:59.999999Z'), ('0001-01-01 00:00Z'))
     c (period_start);
select credits_tests.shows(
  credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                              :'profile', '2020-03-01 00:00:00.000001Z')),
  '{"replayed": false}', 'a microsecond later is another period'
);

select * from finish();
rollback;
