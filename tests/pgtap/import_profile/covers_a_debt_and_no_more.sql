begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  -500, 100, '{}', '{}', '{negative_balance,balance_mismatch}') as profile \gset

select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1)', :'profile'),
  'PT402', 'insufficient_credits',
  '{"monthly": 0, "addon": -400, "required": 1, "available": 0}', 'there is nothing to spend'
);
select credits_tests.pack(:'profile', 450, null) as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 50', 'a purchase pays the debt first');
select is(
  (select i.overdraft_limit from credits.import_profile(:'profile', 0, 0) i), 400::bigint,
  'the import had answered with the limit'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
