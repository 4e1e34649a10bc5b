begin;
\ir ../helpers.psql
select plan(2);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 400) as job \gset
select format('credits.renew_monthly(%L, %L, 800, 300)', :'profile', '2030-02-01 00:00Z') as call
\gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.answer(format('credits.refund_job(%L)', :'job')) as done \gset

select credits_tests.shows(
  (select to_jsonb(r) from credits.renewals r where r.profile_id = :'profile'),
  '{"unused": 500, "carried": 300}', 'the renewal knows better by now'
);
select credits_tests.replays(:'call', :'first', 'the answer is the first one');

select * from finish();
rollback;
