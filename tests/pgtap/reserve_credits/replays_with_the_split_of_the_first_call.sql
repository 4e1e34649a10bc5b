begin;
\ir ../helpers.psql
select plan(3);

-- Settling changed what the jobs took: the first one 20 of the month, the second one 20 of it too.
select credits_tests.profile(60, 100) as profile \gset
select credits_tests.job(:'profile', 100) as less, credits_tests.job(:'profile', 10) as more \gset
select credits_tests.settle(:'less', 20), credits_tests.settle(:'more', 30) \gset done_
select is(
  (select concat_ws(' ', r.replayed, r.state, r.cost, r.monthly_deducted, r.addon_deducted)
     from credits.reserve_credits(:'profile', :'less', 100) r),
  't settled 100 60 40', 'settled for less'
);
select is(
  (select concat_ws(' ', r.replayed, r.state, r.cost, r.monthly_deducted, r.addon_deducted)
     from credits.reserve_credits(:'profile', :'more', 10) r),
  't settled 10 0 10', 'settled for more'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
