begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job(%L%s, reason => %L)', :'job', a.amount, c.reason),
  'PT400', 'invalid_reference',
  jsonb_build_object('parameter', 'reason', 'length', length(c.reason), 'maximum', 255),
  format('%s is refused for %s', c.description, a.description)
)
from (values
  ('', 'an empty reason'),
  (e' \n', 'white space'),
  (repeat('x', 256), '256 characters')
) c (reason, description),
(values
  ('', 'a whole refund'),
  (', 100, ''part-1''', 'a part')
) a (amount, description);

select * from finish();
rollback;
