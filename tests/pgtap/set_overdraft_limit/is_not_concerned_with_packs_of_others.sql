begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 50) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.pack(:'other', 100, now() + interval '9 days') as pack \gset

select lives_ok(
  format('select credits.set_overdraft_limit(%L, 10, ''why'', ''who'')', :'profile'),
  'packs of another profile are no debt of this one'
);

select * from finish();
rollback;
