begin;
\ir ../helpers.psql
select plan(2);

-- Packs with the seqs 10, 20, ... of which there are up to 17.
create function pg_temp.packs(number integer)
returns credits.packs[]
language sql
as $$
  select array_agg(jsonb_populate_record(null::credits.packs, jsonb_build_object('seq', 10 * n))
                   order by n)
    from generate_series(1, packs.number) n
$$;

select is_empty(
  $$
    select k.number, n
      from generate_series(1, 17) k (number)
     cross join generate_series(1, k.number) n
     where credits._place_of_pack(pg_temp.packs(k.number), 10 * n) <> n
  $$,
  'among any number of them'
);
select is(credits._place_of_pack(pg_temp.packs(1), 10), 1, 'also the only one');

select * from finish();
rollback;
