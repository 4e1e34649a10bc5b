begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.refuses(
  format('select credits.refund_job_many(%L)', c.batch), 'PT400', 'invalid_batch',
  jsonb_build_object('parameter', 'refunds') || c.detail,
  format('%s is refused', c.batch)
)
from (values
  ('[]', jsonb '{"type": "array"}'),
  ('{}', '{"type": "object"}'),
  ('"x"', '{"type": "string"}'),
  ('null', '{"type": "null"}'),
  ('[{}, 5]', '{"position": 2, "type": "number"}'),
  ('[{}, {}, []]', '{"position": 3, "type": "array"}')
) c (batch, detail);

select * from finish();
rollback;
