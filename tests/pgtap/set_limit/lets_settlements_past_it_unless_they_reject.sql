begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(0, 500) as profile
\gset
select credits_tests.limit_spender(:'profile', 'ann', 'day', 100) as l,
       credits_tests.spend(:'profile', 'ann', 80) as job
\gset
select credits_tests.refuses(
  format('select credits.settle_job(%L, 101, ''reject'')', :'job'), 'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "day", "limit": 100, "spent": 80, "remaining": 20,
    "resets_at": "2030-01-10T00:00:00+00:00", "required": 21}',
  'reject refuses'
);
select credits_tests.refuses(
  format('select credits.raise_reservation(%L, 101)', :'job'), 'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "day", "limit": 100, "spent": 80, "remaining": 20,
    "resets_at": "2030-01-10T00:00:00+00:00", "required": 21}',
  'and so does a raise'
);
select credits_tests.raise_job(:'job', 100) as raised \gset
select is(credits_tests.spent(:'profile'), 'ann day 100', 'which may take what is left');
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 130)', :'job')),
  '{"settled_cost": 130, "shortfall": 0}', 'cap goes past it'
);
select is(credits_tests.spent(:'profile'), 'ann day 130', 'and counts');
select credits_tests.spend(:'profile', 'bob', 300) as others,
       credits_tests.job(:'profile', 0) as free
\gset
select credits_tests.limit_spender(:'profile', null, 'total', 450) as l \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L, 90)', :'free')),
  '{"settled_cost": 90, "shortfall": 20}', 'as far as there are credits'
);
select is(
  credits_tests.spent(:'profile'), 'total 500, ann day 130', 'what no bucket paid is not counted'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
