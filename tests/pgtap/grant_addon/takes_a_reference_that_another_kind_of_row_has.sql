begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(
  format('credits._write_ledger(%L, %L, null, 0, 700, %L, %L)',
         :'profile', 'adjust', 'adjusted', 'same-key')
) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'same-key')),
  '{"amount": 700, "replayed": false}',
  'only a grant is looked for'
);
select is(credits_tests.buckets(:'profile'), '500 + 6400', 'both were booked');

select * from finish();
rollback;
