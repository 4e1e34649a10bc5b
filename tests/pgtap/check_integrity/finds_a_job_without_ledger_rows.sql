begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 300) as job \gset
insert into credits.jobs
select (jsonb_populate_record(j, jsonb_build_object('id', gen_random_uuid()))).*
  from credits.jobs j where j.id = :'job';

select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('job holds the monthly credits its ledger rows took', '0', '300') $$,
  'nothing was taken for it'
);

select * from finish();
rollback;
