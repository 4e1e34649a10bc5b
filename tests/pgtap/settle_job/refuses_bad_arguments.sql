begin;
\ir ../helpers.psql
select plan(14);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.refuses(
  format('select credits.settle_job(' || c.arguments || ')', :'job'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('job_id is null', $$null, 5, 'cap'$$, 'missing_argument', '{"parameter": "job_id"}'::jsonb),
  ('overage is null', $$%L, 5, null$$, 'missing_argument', '{"parameter": "overage"}'),
  ('actual_cost is -1', $$%L, -1$$, 'invalid_amount',
   '{"parameter": "actual_cost", "value": -1, "minimum": 0, "maximum": 9007199254740991}'),
  ('actual_cost is -9223372036854775808',
   $$%L, -9223372036854775808$$, 'invalid_amount',
   '{"parameter": "actual_cost", "value": -9223372036854775808, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('actual_cost is 9007199254740992',
   $$%L, 9007199254740992$$, 'invalid_amount',
   '{"parameter": "actual_cost", "value": 9007199254740992, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('actual_cost is 9223372036854775807',
   $$%L, 9223372036854775807$$, 'invalid_amount',
   '{"parameter": "actual_cost", "value": 9223372036854775807, "minimum": 0,
     "maximum": 9007199254740991}'),
  ('overage is empty', $$%L, 5, ''$$,
   'invalid_option', '{"parameter": "overage", "value": "", "allowed": ["cap", "reject"]}'),
  ('overage is in capitals', $$%L, 5, 'CAP'$$,
   'invalid_option', '{"parameter": "overage", "value": "CAP", "allowed": ["cap", "reject"]}'),
  ('overage is unknown', $$%L, 5, 'overdraft'$$, 'invalid_option',
   '{"parameter": "overage", "value": "overdraft", "allowed": ["cap", "reject"]}'),
  ('overage is indented', $$%L, 5, ' cap'$$,
   'invalid_option', '{"parameter": "overage", "value": " cap", "allowed": ["cap", "reject"]}'),
  ('overage is too long to be repeated whole', $$%L, 5, repeat('x', 300)$$, 'invalid_option',
   jsonb_build_object('parameter', 'overage', 'value', repeat('x', 255),
                      'allowed', array['cap', 'reject']))
) c (what, arguments, token, detail);
select throws_ok(
  format('select credits.settle_job(%L, %L)', :'job', c.cost), c.sqlstate, null,
  format('actual_cost is %s, which is not a bigint', c.cost)
)
from (values ('NaN', '22P02'), ('1.5', '22P02'), ('9223372036854775808', '22003'))
     c (cost, sqlstate);

select * from finish();
rollback;
