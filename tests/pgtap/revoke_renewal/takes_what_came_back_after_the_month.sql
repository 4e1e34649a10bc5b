begin;
\ir ../helpers.psql
select plan(9);

-- January is spent by a job that fails in February.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70) as done \gset
select credits_tests.refund(:'job') as done \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2020-01-01 00:00Z', 'refund-1', 'why', 'who')),
  '{"amount": 100, "collected": 100, "uncollected": 0, "lapsed": 0, "new_balance": 70}',
  'what the job gave back'
);
select credits_tests.sound(:'profile');

-- What lapsed is not there, whatever else came into the bucket.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70),
       (credits.adjust_credits(:'profile', 'gift', 50, 0, 'why', 'who')).profile_id
\gset done_
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2020-01-01 00:00Z', 'refund-1', 'why', 'who')),
  '{"collected": 0, "uncollected": 0, "lapsed": 100, "new_balance": 120}', 'nothing'
);

-- A dispute that was won in a later month is followed by another.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100),
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', null, 'dispute-1'),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70),
       credits_tests.reinstate_month(:'profile', '2020-01-01 00:00Z', 'dispute-1'),
       credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', null, 'dispute-2')
\gset done_
select is(credits_tests.revocations(:'profile'),
          'dispute-1 ended 0 = 0 + 0 + 0, dispute-2 open 100 = 100 + 0 + 0', 'all of it again');
select is(credits_tests.buckets(:'profile'), '70 + 0', 'and nothing of February');

-- A later month that is revoked as well keeps nothing back.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 100),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 70, 100),
       credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', null, 'dispute-1')
\gset done_
select is(credits_tests.buckets(:'profile'), '100 + 0', 'January is left');
select credits_tests.revoke_month(:'profile', '2020-01-01 00:00Z', null, 'dispute-2') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 0', 'and is taken');
select is(credits_tests.revocations(:'profile'),
          'dispute-1 open 70 = 70 + 0 + 0, dispute-2 open 100 = 100 + 0 + 0', 'each its own');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
