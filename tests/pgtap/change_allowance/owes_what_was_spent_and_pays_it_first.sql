begin;
\ir ../helpers.psql
select plan(16);

-- 1,000 are spent. Down and up again gains nothing.
select credits_tests.profile(0, 50) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 1000) as done \gset
select credits_tests.job(:'profile', 900) as job \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 100, %L)', :'profile',
                              '2020-02-01 00:00Z', 'down')),
  '{"owed": 800, "previous_balance": 150, "new_balance": 50}', 'no bucket below zero'
);
select is((select p.uncollected from credits.profiles p where p.id = :'profile'), 800::bigint,
          'the profile knows it');
select credits_tests.shows(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 700, %L)', :'profile',
                              '2020-02-01 00:00Z', 'half-way')),
  '{"owed": 200, "new_balance": 50}', 'it is paid first'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 250, %L)', :'job', 'a')),
  '{"monthly_refunded": 250, "monthly_revoked": 200, "previous_balance": 50, "new_balance": 100}',
  'by what jobs of the month return as well'
);
select is((select r.owed from credits.renewals r where r.profile_id = :'profile'), 0::bigint, 'paid');
select credits_tests.sound(:'profile');
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 1000, 'up') as done \gset
select is(credits_tests.buckets(:'profile'), '350 + 50', 'as if it had never been lower');

-- In a later month what its own jobs return is not asked for it.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as old \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 30, 'down'),
       credits_tests.renew(:'profile', '2020-03-01 00:00Z', 50, 100)
\gset done_
select credits_tests.job(:'profile', 40) as new \gset
select is((credits.refund_job(:'new')).monthly_revoked, 0::bigint, 'March is whole');
select is((credits.refund_job(:'old')).monthly_revoked, 70::bigint, 'February pays');
select is(credits_tests.buckets(:'profile'), '80 + 0', 'and 30 are left of it');
select credits_tests.sound(:'profile');

-- Nor is what a job of an earlier month returns.
select credits_tests.profile(30, 0) as profile \gset
select credits_tests.job(:'profile', 30) as old \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as new \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 60, 'down') as done \gset
select is((credits.refund_job(:'old')).monthly_revoked, 0::bigint, 'what was there before stays');
select is((credits.refund_job(:'new')).monthly_revoked, 40::bigint, 'the month pays');
select credits_tests.sound(:'profile');

-- It comes after a revocation of the month.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 60, 'down'),
       credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', 25),
       credits_tests.refund(:'job', 30, 'a')
\gset done_
select is(
  credits_tests.revocations(:'profile') || ', owed '
    || (select r.owed from credits.renewals r where r.profile_id = :'profile'),
  'dispute-1 open 25 = 25 + 0 + 0, owed 35', 'then what is owed'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
