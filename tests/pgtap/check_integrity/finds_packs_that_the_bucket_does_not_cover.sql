begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 10) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack,
       credits_tests.set_overdraft(:'profile', 5) as done
\gset
update credits.packs k set amount = 65, remaining = 65 where k.profile_id = :'profile';
select is(
  (select string_agg(f.rule, ', ') from credits.check_integrity(:'profile') f),
  'pack has the amount of its grant', 'the overdraft covers them'
);
update credits.packs k set amount = 66, remaining = 66 where k.profile_id = :'profile';

select results_eq(
  format('select f.severity, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f
           where f.rule like ''addon bucket%%''', :'profile'),
  $$ values ('error', null::uuid, 'addon bucket covers its packs', 'at least 66', '65') $$,
  'one credit more than is covered'
);

select * from finish();
rollback;
