begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, -1)', :'profile', c.period_start),
  'PT400', 'invalid_interval',
  jsonb_build_object('parameter', 'period_start', 'value', c.period_start),
  format('%s is refused, before the allowance is looked at', c.period_start)
)
from (values ('infinity'), ('-infinity')) c (period_start);

select * from finish();
rollback;
