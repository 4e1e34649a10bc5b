begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as first,
       credits_tests.hold(:'profile', 100, '2 hours') as second,
       credits_tests.job(:'profile', 10) as plain
\gset

select is(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  jsonb_build_object('profile_id', :'profile', 'credits_remaining', 0, 'addon_credits', 3390,
                     'available', 3390, 'held', 2100, 'posted', 5490, 'seq', 4,
                     'replayed', false),
  'posted is available + held; a job without a deadline is spent'
);
select credits_tests.refund(:'first', 1600, 'part-1') as done \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"credits_remaining": 100, "available": 4990, "held": 500, "posted": 5490}',
  'what came back is not on hold any more'
);
select credits_tests.answer(format('credits.settle_job(%L)', :'first')) as done \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 4990, "held": 100, "posted": 5090}',
  'what is settled is spent'
);

select * from finish();
rollback;
