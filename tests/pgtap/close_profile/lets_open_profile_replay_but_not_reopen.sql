begin;
\ir ../helpers.psql
select plan(2);

select gen_random_uuid() as profile \gset
select credits_tests.answer(format('credits.open_profile(%L, 500, 5000)', :'profile')) as first
\gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.replays(
  format('credits.open_profile(%L, 500, 5000)', :'profile'), :'first',
  'a signup bonus is not given twice'
);
select credits_tests.refuses(
  format('select credits.open_profile(%L, 1, 1)', :'profile'), 'PT409', 'profile_exists', '{}',
  'the id is taken'
);

select * from finish();
rollback;
