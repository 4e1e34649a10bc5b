begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(0, 1000) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.allow_overdraft(:'profile', 50) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.move(:'profile', :'other') as done \gset

select is(
  credits_tests.history(:'profile', 2), 'close +0 +0, move +0 -900', 'a row of each kind'
);
select credits_tests.refuses(
  format('select credits.' || c.call, :'profile'), 'PT410', 'profile_closed', '{}', c.call
)
from (values ('grant_addon(%L, 1, ''a'')'), ('reserve_credits(%L, gen_random_uuid(), 0)')) c (call);
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 130)', :'job')),
  '{"addon_deducted": 100, "shortfall": 30}', 'a job finds nothing to draw, and no overdraft'
);
select is(
  (select p.overdraft_limit from credits.profiles p where p.id = :'profile'), 0::bigint,
  'what comes back pays no debt'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
