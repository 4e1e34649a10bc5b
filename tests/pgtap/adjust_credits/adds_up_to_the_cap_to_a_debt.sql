begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.answer(format('credits.set_overdraft_limit(%L, 60, %L, %L)',
                                   :'profile', 'why', 'who')) as done \gset
select credits_tests.job(:'profile', 50) as debt \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, 0, %s, %L, %L)', :'profile', 'a',
                              9007199254740991, 'why', 'who')),
  '{"addon_credits": 9007199254740941}', 'the debt makes no more room'
);

select * from finish();
rollback;
