begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 300) as job \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2020-01-01 00:00Z', 'refund-1', 'why', 'who')),
  '{"amount": 500, "collected": 200, "uncollected": 300, "lapsed": 0, "new_balance": 0}',
  'what the job holds is uncollected'
);
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as first \gset
select credits_tests.shows(
  :'first',
  '{"monthly_refunded": 300, "monthly_revoked": 300, "addon_revoked": 0, "new_balance": 0}',
  'and goes to the revocation'
);
select credits_tests.replays(format('credits.refund_job(%L)', :'job'), :'first',
                             'a replay answers the same');
select credits_tests.sound(:'profile');

-- In a later month, where what comes back to a month that is over lapses.
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 500) as job,
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', 450) as done
\gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500, 100) as done \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"monthly_refunded": 500, "monthly_lapsed": 400, "monthly_revoked": 100,
    "previous_balance": 500, "new_balance": 500}',
  'what stays goes to the revocation'
);
select is(
  credits_tests.revocations(:'profile'), 'dispute-1 open 450 = 100 + 0 + 350',
  'and what lapsed has lapsed for it too'
);
select credits_tests.sound(:'profile');

-- What lapses of an earlier month was not the revoked one's. What stays goes to it.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 500) as old,
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 300, 100)
\gset
select credits_tests.job(:'profile', 300) as new,
       credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z')
\gset
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'old')),
  '{"monthly_refunded": 500, "monthly_lapsed": 400, "monthly_revoked": 100, "new_balance": 0}',
  'January had carried 100 over'
);
select is(
  credits_tests.revocations(:'profile'), 'dispute-1 open 300 = 100 + 200 + 0',
  'which pay for February'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
