begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L, 100, %L)', :'job', c.refund_id),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', 'refund_id', 'length', length(c.refund_id), 'maximum', 255),
  c.description
)
from (values
  ('', 'an empty refund_id is refused'),
  (' ', 'a space is refused'),
  (e' \t\r\n ', 'white space of other kinds is refused'),
  (repeat('x', 256), '256 characters are refused')
) c (refund_id, description);

select * from finish();
rollback;
