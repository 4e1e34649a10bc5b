begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.job(:'other', 0) as job \gset
insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values (:'profile', 2, clock_timestamp(), 'refund', :'job', 0, 0, 500, 5000, 'a test');
update credits.profiles p
   set seq = 2, changed_at = (select max(l.ts) from credits.ledger l where l.profile_id = p.id)
 where p.id = :'profile';

select results_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %L::uuid, %L::uuid, 'ledger row names a job of its profile', 'a job', 'none')
  $$, :'profile', :'job'),
  'another profile''s job is none'
);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 30) as job, credits_tests.job(:'other', 0) as others_job \gset
update credits.pack_draws d set job_id = :'others_job' where d.profile_id = :'profile';
update credits.jobs j set pack_deducted = 0 where j.id = :'job';

select results_eq(
  format('select f.severity, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %L::uuid, 'pack draw names a job of its profile', 'a job', 'none')
  $$, :'others_job'),
  'another profile''s job is none'
);

select * from finish();
rollback;
