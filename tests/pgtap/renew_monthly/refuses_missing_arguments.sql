begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, %L, %L)',
         c.profile, c.period_start, c.allowance, c.cap),
  'PT400', 'missing_argument', jsonb_build_object('parameter', c.parameter),
  format('NULL for %s is refused', c.parameter)
)
from (values
  ('profile_id', null, '2030-02-01 00:00Z', 5, 5),
  ('period_start', :'profile', null, 5, 5),
  ('allowance', :'profile', '2030-02-01 00:00Z', null, 5),
  ('rollover_cap', :'profile', '2030-02-01 00:00Z', 5, null)
) c (parameter, profile, period_start, allowance, cap);

select * from finish();
rollback;
