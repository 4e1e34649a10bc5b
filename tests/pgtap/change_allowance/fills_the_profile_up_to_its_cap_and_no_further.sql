begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 9007199254740000) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500) as done \gset
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 992, %L)', :'profile', '2020-02-01 00:00Z', 'up'),
  'PT400', 'invalid_amount',
  '{"parameter": "allowance", "value": 992, "minimum": 0, "maximum": 991}', 'one too many'
);
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 991, 'up') as done \gset
select is(credits_tests.buckets(:'profile'), '991 + 9007199254740000', 'as many as there is room for');
-- What is owed needs no room.
select credits_tests.job(:'profile', 991) as job \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 0, 'down'),
       credits_tests.change(:'profile', '2020-02-01 00:00Z', 1982, 'up again')
\gset done_
select is(credits_tests.buckets(:'profile'), '991 + 9007199254740000', 'what is owed needs none');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
