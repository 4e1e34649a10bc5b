begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 5500, "held": 0, "posted": 5500, "seq": 2}', 'what is left is shown'
);

select * from finish();
rollback;
