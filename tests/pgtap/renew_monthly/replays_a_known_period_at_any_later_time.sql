begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.renew_monthly(%L, %L, 800, 300)', :'profile', '2020-02-01 00:00Z') as call,
       format('credits.renew_monthly(%L, %L, 900, 100)', :'profile', '2020-03-01 00:00Z') as march
\gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.job(:'profile', 50) as job,
       credits_tests.answer(:'march') as first_march
\gset
select credits_tests.replays(
  :'call', :'first', 'when the next period has begun, such as for a late webhook'
);
select credits_tests.replays(:'march', :'first_march', 'the next period as well');
select is(
  credits_tests.history(:'profile'), 'renew +600 +0, reserve -50 +0, renew -50 +0', 'the ledger'
);
select credits_tests.sound(:'profile');

-- After a refund into the period before.
update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 400) as job \gset
select format('credits.renew_monthly(%L, %L, 800, 300)', :'profile', '2020-02-01 00:00Z') as call
\gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.refund(:'job') as done \gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.renewals r where r.profile_id = :'profile'),
  '{"unused": 500, "carried": 300}', 'the renewal counts the refund'
);
select credits_tests.replays(:'call', :'first', 'the answer is still the first one');

select * from finish();
rollback;
