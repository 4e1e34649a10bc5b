begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 600, 250) as done \gset
select credits_tests.job(:'profile', 50) as job \gset

-- January: 100 spent, 150 lapsed, 250 carried over, of which February spent 50.
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, null, %L, %L)', :'profile',
                              '2030-01-01 00:00Z', 'refund-1', 'why', 'who')),
  '{"amount": 500, "collected": 200, "uncollected": 150, "lapsed": 150, "new_balance": 600}',
  'what is left of January'
);
select is(credits_tests.buckets(:'profile'), '600 + 0', 'the allowance of February stays');
select credits_tests.sound(:'profile');

-- A third month: March carries over what is left of February first.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500),
       credits_tests.renew(:'profile', '2030-02-01 00:00Z', 100, 500),
       credits_tests.renew(:'profile', '2030-03-01 00:00Z', 300, 400)
\gset done_
select credits_tests.shows(
  credits_tests.answer(format('credits.revoke_renewal(%L, %L, %L, %s, %L, %L)', :'profile',
                              c.month, 'refund-1', 'null', 'why', 'who')),
  c.answer::jsonb, c.description
)
from (values
  ('2030-01-01 00:00Z', '{"collected": 300, "uncollected": 0, "lapsed": 200}', 'January'),
  ('2030-02-01 00:00Z', '{"collected": 100, "uncollected": 0, "lapsed": 0}', 'February'),
  ('2030-03-01 00:00Z', '{"collected": 300, "uncollected": 0, "new_balance": 0}', 'March'))
     c (month, answer, description);
select credits_tests.sound(:'profile');

-- In parts.
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500) as done \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.renew(:'profile', '2030-02-01 00:00Z', 600) as done \gset
select credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z', 60, 'refund-1') as one,
       credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z', 60, 'refund-2') as two,
       credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z', null, 'refund-3') as three
\gset done_
select is(
  credits_tests.revocations(:'profile'),
  'refund-1 open 60 = 0 + 60 + 0, refund-2 open 60 = 0 + 40 + 20, '
  'refund-3 open 380 = 0 + 0 + 380', 'what was spent is claimed once'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
