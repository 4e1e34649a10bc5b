begin;
\ir ../helpers.psql
select plan(3);

create temporary view numbers as
  select credits.shard_of(credits.id_of(n::text), 64) as shard, count(*) as profiles
    from generate_series(1, 12800) n
   group by 1;

select set_eq(
  'select n.shard from numbers n', 'select generate_series(0, 63)', 'each shard has profiles'
);
select ok(
  (select min(n.profiles) > 100 and max(n.profiles) < 320 from numbers n),
  'and about as many as the others'
);
select is(
  (select array_agg(distinct credits.shard_of(credits.id_of(n::text), 1))
     from generate_series(1, 50) n),
  '{0}'::integer[],
  'one shard has all'
);

select * from finish();
rollback;
