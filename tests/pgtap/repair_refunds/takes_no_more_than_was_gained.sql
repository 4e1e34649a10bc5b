begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset
select credits_tests.answer(format('credits.adjust_credits(%L, %L, 1000, 0, %L, %L)',
                                   :'profile', 'key', 'why', 'who')) as done
\gset
select credits_tests.repaired(:'profile') as done_too \gset

select is(
  credits_tests.buckets(:'profile'), '1500 + 5000', 'other credits in the monthly bucket stay'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
