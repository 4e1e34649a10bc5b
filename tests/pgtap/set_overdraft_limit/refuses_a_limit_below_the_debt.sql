begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.set_overdraft(:'profile', 60) as done \gset
select credits_tests.job(:'profile', 50) as debt \gset
select credits_tests.pack(:'profile', 100, '2030-02-01 00:00Z') as pack \gset

select credits_tests.refuses(
  format('select credits.set_overdraft_limit(%L, %s, %L, %L)', :'profile', c.limit, 'why', 'who'),
  'PT409', 'wrong_state', '{"debt": 50}',
  format('%s: the debt is that of the perpetual rest, packs aside', c.limit)
)
from (values (0), (49)) c ("limit");
select credits_tests.shows(
  credits_tests.answer(format('credits.set_overdraft_limit(%L, 50, %L, %L)',
                              :'profile', 'why', 'who')),
  '{"addon_credits": 50, "replayed": false}', 'exactly the debt is accepted'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
