begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 5) as profile \gset
select credits_tests.answer(format('credits.set_overdraft_limit(%L, %s, %L, %L)',
                                   :'profile', c.limit, 'why', 'who')) ->> 'seq' as seq
  from (values (9007199254740991)) c ("limit") \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.set_overdraft_limit(%L, 0, %L, %L)',
                              :'profile', 'why', 'who')),
  '{"addon_credits": 5, "replayed": false}', 'the limit can be 0'
);
select is(
  (select p.overdraft_limit from credits.profiles p where p.id = :'profile'), 0::bigint,
  'the profile has it'
);

select * from finish();
rollback;
