begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(0, 500) as profile \gset
select credits_tests.pack(:'profile', 300, '2099-01-01 00:00Z') as pack,
       credits_tests.job(:'profile', 150) as job
\gset
select credits_tests.sound(:'profile', 'half of it is drawn');
update credits.packs k set remaining = 151 where k.profile_id = :'profile';
select results_eq(
  format('select f.severity, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  $$
    values ('error', null::uuid, 'pack has no more credits than it was granted with',
            'at most 300', '301')
  $$,
  'a job holds what it is to have as well'
);

select * from finish();
rollback;
