begin;
\ir ../helpers.psql
select plan(2);

select format('credits.grant_addon(%L, 700, %L)', credits_tests.profile(500, 5000), 'order-1')
  as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'the same call again answers the same');
select credits_tests.replays(:'call', :'first', 'and a third time');

select * from finish();
rollback;
