begin;
\ir ../helpers.psql
select plan(4);

create temporary table users (
  id text primary key,
  profile_id uuid generated always as (credits.id_of(id)) stored
);
insert into users (id) select format('user_%s', n) from generate_series(1, 1000) n;
create index on users (credits.id_of(id));
analyze users;
set local enable_seqscan = off;

select is(
  (select u.id from users u where credits.id_of(u.id) = credits.id_of('user_7')), 'user_7',
  'an index finds it'
);
select is(
  pg_stat_get_xact_numscans('users_id_of_idx'::regclass), 1::bigint, 'which was used'
);
select is(
  (select u.profile_id from users u where u.id = 'user_7'), credits.id_of('user_7'),
  'a generated column has it'
);
select is(
  (select (f.provolatile, f.proparallel)::text
     from pg_catalog.pg_proc f
    where f.oid = 'credits.id_of(text)'::regprocedure),
  '(i,s)',
  'it is immutable and safe for parallel workers'
);

select * from finish();
rollback;
