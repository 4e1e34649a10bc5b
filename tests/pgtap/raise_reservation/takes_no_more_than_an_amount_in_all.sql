begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(9007199254740991, 0) as profile \gset
select credits_tests.job(:'profile', 9007199254740991) as job \gset
select credits_tests.refund(:'job', 9007199254740990, 'part-1') as done \gset

select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 2)', :'job'),
  'PT400', 'invalid_amount',
  '{"parameter": "cost", "value": 2, "minimum": 0, "maximum": 1}',
  'what came back was taken, too'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.raise_reservation(%L, 1)', :'job')),
  '{"cost": 1, "replayed": true}', 'up to there it may be raised'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
