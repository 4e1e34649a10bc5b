begin;
\ir ../helpers.psql
select plan(14);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(20, 5000) as profile
\gset
select credits_tests.limit_spender(:'profile', 'ann', 'day', 100) as l \gset
select credits_tests.spend(:'profile', 'ann', 30) as one, credits_tests.spend(:'profile', 'ann', 20)
       as two, credits_tests.spend(:'profile', 'bob', 20) as others
\gset
select credits_tests.refund(:'one', 10, 'part') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 40', 'a part that is refunded');
select credits_tests.settle(:'two', 12) as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 32', 'what settling for less gives back');
select credits_tests.refund(:'others') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 32', 'what others give back is theirs');
select credits.rollback_reservation(:'one') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 12', 'a rollback');
select credits_tests.raise_job(credits_tests.spend(:'profile', 'ann', 5), 9) as raised \gset
select is(credits_tests.spent(:'profile'), 'ann day 21', 'a raise takes room');

-- Midnight.
select credits_tests.set_time('2030-01-10 00:00Z') as now \gset
select credits_tests.raise_job(:'raised', 15) as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 6', 'and on the next day of that');
select credits_tests.refund(:'two') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 6', 'what comes back of the day before is not');
select credits_tests.refund(:'raised', 4, 'part-1') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 2', 'what was drawn last comes back first');
select credits_tests.refund(:'raised', 4, 'part-2') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 0', 'then what the day before drew');
select is(
  (select count(*) from credits.raises r where r.job_id = :'raised'), 2::bigint,
  'raises of two windows stay apart'
);

-- Returns alone do not begin a window.
select credits_tests.spend(:'profile', 'ann', 40) as today \gset
select credits_tests.set_time('2030-01-11 10:00Z') as now \gset
select credits_tests.refund(:'today') as done \gset
select is(credits_tests.spent(:'profile'), 'ann day 0', 'a new day begins empty');
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 100, spender => ''ann'')',
         :'profile'),
  'with room for all of it'
);
select is(credits_tests.spent(:'profile'), 'ann day 100', 'and no more than that');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
