begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.renew_monthly(%L, %L, 800)', :'profile', '2020-02-01 00:00Z') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.replays(:'call', :'first', 'an earlier period is replayed');
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 800)', :'profile', '2020-03-01 00:00Z'),
  'PT410', 'profile_closed', '{}', 'a new period is refused'
);
select credits_tests.refuses(
  format('select credits.renew_monthly(%L, %L, 900)', :'profile', '2020-02-01 00:00Z'),
  'PT409', 'period_conflict',
  jsonb_build_object('current', '2020-02-01 00:00Z'::timestamptz,
                     'given', '2020-02-01 00:00Z'::timestamptz),
  'other figures are still a conflict'
);

select * from finish();
rollback;
