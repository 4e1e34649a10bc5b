begin;
\ir ../helpers.psql
select plan(2);

select is_empty(
  $$
    select n, credits.id_of(n::text)
      from generate_series(1, 1000) n
     where credits.id_of(n::text)::text !~ '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]'
  $$,
  'each has the version and the variant'
);
select is(
  (select count(distinct overlay(credits.id_of(n::text)::text placing '' from 1 for 19))
     from generate_series(1, 1000) n),
  1000::bigint,
  'and the other bits are of the text'
);

select * from finish();
rollback;
