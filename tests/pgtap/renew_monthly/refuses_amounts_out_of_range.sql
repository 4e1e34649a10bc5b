begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, %s, %s)',
         :'profile', '2030-02-01 00:00Z', c.allowance, c.cap),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', c.parameter,
                     'value', case c.parameter when 'allowance' then c.allowance else c.cap end,
                     'minimum', 0, 'maximum', 9007199254740991),
  format('%s, %s', c.allowance, c.cap)
)
from (values ('allowance', -1, -1), ('allowance', 9007199254740992, 0), ('rollover_cap', 0, -1),
             ('rollover_cap', 0, 9007199254740992)) c (parameter, allowance, cap);

select * from finish();
rollback;
