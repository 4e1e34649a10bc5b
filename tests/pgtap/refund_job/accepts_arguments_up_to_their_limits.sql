begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(
  format('credits.refund_job(%L, reason => %L)', :'job', repeat('x', 255))) as done \gset

select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1500): %s', :'job', repeat('x', 255)),
  'the longest note is in the ledger'
);

select credits_tests.job(credits_tests.profile(500, 5000), 2000) as job \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'job', c.refund_id)),
  '{"amount": 100, "replayed": false}',
  c.description
)
from (values
  (repeat('x', 255), 'a refund_id of 255 letters'),
  (repeat('ß', 255), 'a refund_id of 255 letters of two bytes each')
) c (refund_id, description);

select * from finish();
rollback;
