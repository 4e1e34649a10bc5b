begin;
\ir ../helpers.psql
select plan(18);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(' || c.arguments || ')', :'job'),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('job_id is null', $$null$$, 'missing_argument', '{"parameter": "job_id"}'::jsonb),
  ('an amount without a refund_id', $$%L, 100$$, 'missing_argument', '{"parameter": "refund_id"}'),
  ('a refund_id without an amount', $$%L, refund_id => 'part-1'$$,
   'missing_argument', '{"parameter": "amount"}'),
  ('amount is 0', $$%L, 0, 'part-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -1', $$%L, -1, 'part-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -1, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is -9223372036854775808',
   $$%L, -9223372036854775808, 'part-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": -9223372036854775808, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('amount is 9007199254740992', $$%L, 9007199254740992, 'part-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 9007199254740992, "minimum": 1, "maximum": 9007199254740991}'),
  ('amount is 9223372036854775807',
   $$%L, 9223372036854775807, 'part-1'$$, 'invalid_amount',
   '{"parameter": "amount", "value": 9223372036854775807, "minimum": 1,
     "maximum": 9007199254740991}'),
  ('refund_id is empty', $$%L, 100, ''$$,
   'invalid_reference', '{"parameter": "refund_id", "length": 0, "maximum": 255}'),
  ('refund_id is a space', $$%L, 100, ' '$$,
   'invalid_reference', '{"parameter": "refund_id", "length": 1, "maximum": 255}'),
  ('refund_id is other white space', $$%L, 100, e' \t\r\n '$$,
   'invalid_reference', '{"parameter": "refund_id", "length": 5, "maximum": 255}'),
  ('refund_id is too long', $$%L, 100, repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "refund_id", "length": 256, "maximum": 255}'),
  ('reason of a whole refund is empty', $$%L, reason => ''$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('reason of a whole refund is white space', $$%L, reason => e' \n'$$,
   'invalid_reference', '{"parameter": "reason", "length": 2, "maximum": 255}'),
  ('reason of a whole refund is too long', $$%L, reason => repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}'),
  ('reason of a part is empty', $$%L, 100, 'part-1', reason => ''$$,
   'invalid_reference', '{"parameter": "reason", "length": 0, "maximum": 255}'),
  ('reason of a part is white space', $$%L, 100, 'part-1', reason => e' \n'$$,
   'invalid_reference', '{"parameter": "reason", "length": 2, "maximum": 255}'),
  ('reason of a part is too long', $$%L, 100, 'part-1', reason => repeat('x', 256)$$,
   'invalid_reference', '{"parameter": "reason", "length": 256, "maximum": 255}')
) c (what, arguments, token, detail);

select * from finish();
rollback;
