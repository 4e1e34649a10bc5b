begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-09 22:00Z') as now, credits_tests.profile(0, 5000) as profile
\gset
select credits_tests.limit_spender(:'profile', 'ann', 'day', 100) as d,
       credits_tests.limit_spender(:'profile', null, 'total', 900) as t
\gset
create temporary table held as
select (credits.reserve_credits(:'profile', gen_random_uuid(), 60, '{}', l, 'ann')).job_id
  from unnest(array[interval '1 hour 59 minutes']) l;
select is(credits_tests.spent(:'profile'), 'total 60, ann day 60', 'it counts while it is open');
select credits_tests.set_time('2030-01-10 00:05Z') as now,
       credits_tests.spend(:'profile', 'ann', 100) as next
\gset
select is(
  credits_tests.spent(:'profile'), 'total 100, ann day 100',
  'worked off after midnight it makes no room in the new day'
);
select credits_tests.settle((select job_id from held), 60) as late \gset
select is(
  credits_tests.spent(:'profile'), 'total 160, ann day 160',
  'a late settlement draws anew, today, past the limit'
);
select credits_tests.set_time('2030-01-11 10:00Z') as now,
       (credits.reserve_credits(:'profile', gen_random_uuid(), 100, '{}', '1 hour', 'ann')).job_id
         as hold
\gset
select credits_tests.set_time('2030-01-11 11:00Z') as now \gset
select lives_ok(
  format('select credits.reserve_credits(%L, gen_random_uuid(), 100, spender => ''ann'')',
         :'profile'),
  'what is overdue makes room first'
);
select is(credits_tests.spent(:'profile'), 'total 260, ann day 100', 'by its own deadline');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
