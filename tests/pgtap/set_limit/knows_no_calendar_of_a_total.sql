begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(100, 0) as profile \gset
select credits.set_limit(:'profile', null, 'total', 50, 'why', 'who') as first,
       credits_tests.job(:'profile', 20) as job
\gset
select is(
  (select concat_ws(' ', l.time_zone, l.spent, l.remaining)
     from credits.set_limit(:'profile', null, 'total', 60, 'why', 'who', 'Asia/Tokyo') l),
  'Asia/Tokyo 20 40', 'what is spent stays'
);
select credits.set_limit(:'profile', null, 'total', null, 'why', 'who', 'Europe/Paris') as gone \gset
select is_empty(format('select from credits.get_limits(%L)', :'profile'),
                'and it goes, whatever the calendar');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
