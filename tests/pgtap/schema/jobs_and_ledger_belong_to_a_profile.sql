begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select throws_ok(
  format('insert into credits.jobs select (jsonb_populate_record(j, jsonb_build_object(
            ''id'', gen_random_uuid(), ''profile_id'', gen_random_uuid()))).*
            from credits.jobs j where j.id = %L', :'job'),
  '23503', null, 'a job of no profile is refused'
);
select throws_ok(
  format('insert into credits.ledger select (jsonb_populate_record(l, jsonb_build_object(
            ''profile_id'', gen_random_uuid()))).*
            from credits.ledger l where l.profile_id = %L', :'profile'),
  '23503', null, 'a ledger row of no profile is refused'
);
select throws_ok(
  format('delete from credits.profiles p where p.id = %L', :'profile'),
  '23503', null, 'a profile with a history stays'
);
select is_empty(
  $$
    select c.conname
      from pg_catalog.pg_constraint c
     where c.connamespace = 'credits'::regnamespace
       and c.contype = 'f'
       and (c.confdeltype, c.confupdtype) <> ('a', 'a')
  $$,
  'no foreign key cascades'
);

select * from finish();
rollback;
