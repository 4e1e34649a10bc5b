begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(0, 5000) as profile
\gset
select credits_tests.limit_spender(:'profile', null, 'month', 100),
       credits_tests.limit_spender(:'profile', 'ann', 'day', 30),
       credits_tests.limit_spender(:'profile', 'ann', 'total', 50)
\gset set_
select credits_tests.spend(:'profile', 'ann', 30) as first \gset
select is(
  credits_tests.spent(:'profile'), 'month 30, ann day 30, ann total 30', 'each of them counts'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1, spender => ''ann'')',
         :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "day", "limit": 30, "spent": 30, "remaining": 0,
    "resets_at": "2030-01-10T00:00:00+00:00", "required": 1}',
  'the day'
);
select credits_tests.set_time('2030-01-10 00:00Z') as now,
       credits_tests.spend(:'profile', 'ann', 20) as second
\gset
select is(
  credits_tests.spent(:'profile'), 'month 50, ann day 20, ann total 50', 'another day'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 1, spender => ''ann'')',
         :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "total", "limit": 50, "spent": 50, "remaining": 0,
    "resets_at": null, "required": 1}',
  'in total'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 51)', :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": null, "window": "month", "limit": 100, "spent": 50, "remaining": 50,
    "resets_at": "2030-02-01T00:00:00+00:00", "required": 51}',
  'the profile as a whole, also for nobody'
);
select credits_tests.refuses(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 51, spender => ''bob'')',
         :'profile'),
  'PT402', 'limit_exceeded',
  '{"spender": null, "window": "month", "limit": 100, "spent": 50, "remaining": 50,
    "resets_at": "2030-02-01T00:00:00+00:00", "required": 51}',
  'and for a spender without limits'
);
select isnt(
  credits_tests.hint(format('select credits.reserve_credits(%L, gen_random_uuid(), 51)',
                            :'profile')),
  credits_tests.hint(format('select credits.reserve_credits(%L, gen_random_uuid(), 1,
                                                            spender => ''ann'')', :'profile')),
  'only where it resets one is told to wait'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
