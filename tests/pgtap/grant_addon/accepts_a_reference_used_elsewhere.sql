begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 0) as one, credits_tests.profile(0, 0) as two \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, %s, %L)', c.profile, c.amount, 'order-1')),
  jsonb_build_object('profile_id', c.profile, 'new_balance', c.amount, 'replayed', false),
  format('%s credits', c.amount)
)
from (values (:'one', 700), (:'two', 900)) c (profile, amount);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 100, 'same-key') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'same-key')),
  '{"amount": 700, "replayed": false}',
  'a refund_id is not the reference of a grant'
);
select is(credits_tests.buckets(:'profile'), '0 + 4300', 'both are in the bucket');

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(
  format('credits._write_ledger(%L, %L, null, 0, 700, %L, %L)',
         :'profile', 'adjust', 'adjusted', 'same-key')
) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'same-key')),
  '{"amount": 700, "replayed": false}',
  'another kind of row is not a grant'
);
select is(credits_tests.buckets(:'profile'), '500 + 6400', 'both are in the bucket');

select * from finish();
rollback;
