begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-10 00:00:01Z') as now \gset
select credits_tests.profile(0, 50) as profile \gset
select credits_tests.limit_spender(:'profile', 'ann', 'day', 5) as l \gset
select credits_tests.set_time('2030-01-11 00:00:01Z') as now \gset
select credits_tests.spend(:'profile', 'ann', 0) as job \gset
select credits_tests.sound(:'profile', 'a job of no ledger row began the window');
select credits_tests.set_time('2030-01-10 23:59:59Z') as now \gset
select results_eq(
  format('select f.severity, f.rule, f.expected, f.found from credits.check_integrity(%L) f',
         :'profile'),
  $$values ('warning', 'limit of ann per day: its window has begun', 'true', 'false')$$,
  'the clock was set back behind it'
);
select credits_tests.set_time('2030-01-11 00:00:00Z') as now \gset
select credits_tests.sound(:'profile', 'until it gets there again');

select * from finish();
rollback;
