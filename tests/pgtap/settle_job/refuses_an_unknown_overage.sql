begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(%L, 5, %L)', :'job', c.overage),
  'PT400', 'invalid_option',
  jsonb_build_object('parameter', 'overage', 'value', left(c.overage, 255),
                     'allowed', array['cap', 'reject']),
  format('%s is refused', left(c.overage, 20))
)
from (values (''), ('CAP'), ('overdraft'), (' cap'), (repeat('x', 300))) c (overage);

select * from finish();
rollback;
