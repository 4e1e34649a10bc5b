begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', c.refund_id)),
  '{"amount": 100, "replayed": false}',
  c.description
)
from (values
  (repeat('x', 255), '255 letters'),
  (repeat('ß', 255), '255 letters of two bytes each')
) c (refund_id, description);

select * from finish();
rollback;
