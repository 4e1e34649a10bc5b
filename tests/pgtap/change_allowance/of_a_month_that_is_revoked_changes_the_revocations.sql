begin;
\ir ../helpers.psql
select plan(13);

-- Of 100, 30 are spent, and two disputes take all of it back.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 100) as done \gset
select credits_tests.job(:'profile', 30) as job \gset
select credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', 20, 'dispute-1'),
       credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', null, 'dispute-2')
\gset done_
select is(credits_tests.revocations(:'profile'),
          'dispute-1 open 20 = 20 + 0 + 0, dispute-2 open 80 = 50 + 30 + 0', 'before');

select credits_tests.shows(
  credits_tests.answer(format('credits.change_allowance(%L, %L, 40, %L)', :'profile',
                              '2020-02-01 00:00Z', 'down')),
  '{"owed": 10, "previous_balance": 0, "new_balance": 0}', 'what is spent is owed'
);
select is(credits_tests.revocations(:'profile'),
          'dispute-1 open 20 = 20 + 0 + 0, dispute-2 open 20 = 0 + 20 + 0', 'there is less to take');
select credits_tests.sound(:'profile');
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 10, 'further') as done \gset
select is(credits_tests.revocations(:'profile'),
          'dispute-1 open 10 = 10 + 0 + 0, dispute-2 open 0 = 0 + 0 + 0', 'the newest first');
select credits_tests.sound(:'profile');

-- They had asked for more, and get it when there is more.
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 100, 'up') as done \gset
select is(credits_tests.revocations(:'profile'),
          'dispute-1 open 20 = 20 + 0 + 0, dispute-2 open 80 = 80 + 0 + 0', 'all of it');
select is(credits_tests.buckets(:'profile'), '0 + 0', 'and nothing comes into the bucket');
select credits_tests.reinstate_month(:'profile', '2020-02-01 00:00Z', 'dispute-2') as done \gset
select is(credits_tests.buckets(:'profile'), '50 + 0', 'a dispute that was won gives back what it took');
select credits_tests.sound(:'profile');

-- What comes back to a month that owes pays that first.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-02-01 00:00Z', 1000) as done \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', 300, 'dispute-1'),
       credits_tests.change(:'profile', '2020-02-01 00:00Z', 100, 'down'),
       credits_tests.reinstate_month(:'profile', '2020-02-01 00:00Z', 'dispute-1')
\gset done_
select is(credits_tests.buckets(:'profile'), '0 + 0', 'nothing is left to spend');
select is((select r.owed from credits.renewals r where r.profile_id = :'profile'), 400::bigint,
          'as if it had never been disputed');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
