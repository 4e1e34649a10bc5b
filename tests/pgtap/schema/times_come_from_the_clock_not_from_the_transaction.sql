begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile, pg_sleep(0.002)::text as slept \gset
select credits_tests.job(:'profile', 2000) as job, pg_sleep(0.002)::text as slept \gset
select credits_tests.refund(:'job') as done \gset

select ok(
  (select bool_and(l.ts > l.before)
     from (select l.ts, lag(l.ts, 1, now()) over (order by l.seq) as before
             from credits.ledger l
            where l.profile_id = :'profile') l),
  'each ledger row is later than the one before, and the first later than the transaction'
);
select ok(
  (select p.created_at > now() from credits.profiles p where p.id = :'profile'),
  'the profile was opened after the transaction began'
);
select ok(
  (select j.created_at > p.created_at
     from credits.jobs j
     join credits.profiles p on p.id = j.profile_id
    where j.id = :'job'),
  'the job was reserved later'
);
select ok(
  (select j.finished_at > j.created_at from credits.jobs j where j.id = :'job'),
  'and finished later still'
);

select * from finish();
rollback;
