begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select format('credits.grant_addon(%L, 50, %L, %L, %L, 3)',
              :'profile', 'order-1', '2030-02-01 00:00Z', 'paid') as call \gset
select credits_tests.answer(:'call') as first \gset

select credits_tests.replays(:'call', :'first', 'at once');
select credits_tests.job(:'profile', 30) as job,
       credits_tests.set_time('2030-02-05 00:00Z') as later,
       credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as swept
\gset
select credits_tests.replays(:'call', :'first', 'when the pack has expired');
select credits_tests.refund(:'job') as done \gset
select credits_tests.replays(:'call', :'first', 'when the pack was reopened');
select credits_tests.close(:'profile') as done \gset
select credits_tests.replays(:'call', :'first', 'when the profile is closed');

select * from finish();
rollback;
