begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, %L, %L)', :'job', c.amount, 'part-1'),
  'PT400', 'invalid_amount',
  jsonb_build_object('parameter', 'amount', 'value', c.amount,
                     'minimum', 1, 'maximum', 9007199254740991),
  format('%s is refused', c.amount)
)
from (values (0), (-1), (-9223372036854775808), (9007199254740992), (9223372036854775807))
     c (amount);

select * from finish();
rollback;
