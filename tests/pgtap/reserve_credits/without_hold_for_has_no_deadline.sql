begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"hold_expires_at": null, "hold_due_at": null}', 'the job'
);
select is(
  (select p.next_hold_expiry from credits.profiles p where p.id = :'profile'), null, 'the profile'
);

select * from finish();
rollback;
