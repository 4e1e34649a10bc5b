begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile, credits_tests.profile(500, 5000) as other \gset
select credits_tests.job(:'other', 0) as job \gset
insert into credits.ledger (profile_id, seq, ts, kind, job_id, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values (:'profile', 2, now(), 'refund', :'job', 0, 0, 500, 5000, 'a test');
update credits.profiles p set seq = 2 where p.id = :'profile';

select results_eq(
  format('select f.severity, f.profile_id, f.job_id, f.rule, f.expected, f.found
            from credits.check_integrity(%L) f', :'profile'),
  format($$
    values ('error', %L::uuid, %L::uuid, 'ledger row names a job of its profile', 'a job', 'none')
  $$, :'profile', :'job'),
  'another profile''s job is none'
);

select * from finish();
rollback;
