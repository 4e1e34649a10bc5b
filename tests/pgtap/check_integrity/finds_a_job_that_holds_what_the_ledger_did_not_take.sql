begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as monthly, credits_tests.job(:'profile', 1000) as addon,
       credits_tests.settle(credits_tests.job(:'profile', 10)) as fine
\gset
update credits.jobs j
   set monthly_refunded = 7, meta_json = j.meta_json || '{"monthly_refunded": 7}'
 where j.id = :'monthly';
update credits.jobs j
   set addon_refunded = 8, meta_json = j.meta_json || '{"addon_refunded": 8}'
 where j.id = :'addon';

select set_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %1$L::uuid, %2$L::uuid,
            'job holds the monthly credits its ledger rows took', '500', '493'),
           ('error', %1$L, %3$L,
            'job holds the addon credits its ledger rows took', '1000', '992'),
           ('error', %1$L, %2$L, 'job got back the monthly credits its ledger rows gave', '0', '7'),
           ('error', %1$L, %3$L, 'job got back the addon credits its ledger rows gave', '0', '8')
  $$, :'profile', :'monthly', :'addon'),
  'in either bucket'
);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
insert into credits.jobs
select (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).*
  from credits.jobs j where j.id = :'job';

select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('job holds the monthly credits its ledger rows took', '0', '300') $$,
  'of a job without ledger rows'
);

select * from finish();
rollback;
