begin;
\ir ../helpers.psql
select plan(1);

select is_empty(
  $$
    select d1, d2, d3, d4, n, b.back
      from generate_series(0, 3) d1, generate_series(0, 3) d2, generate_series(0, 2) d3,
           generate_series(0, 3) d4, generate_series(0, 11) n,
           lateral (select credits._split_return(array[d1, d2, d3, d4]::bigint[], n)) b (back)
     where n <= d1 + d2 + d3 + d4
       and (back[1] + back[2] + back[3] + back[4] <> n
            or back[1] not between 0 and d1 or back[2] not between 0 and d2
            or back[3] not between 0 and d3 or back[4] not between 0 and d4
            or (back[3] > 0 and back[4] < d4) or (back[2] > 0 and back[3] < d3)
            or (back[1] > 0 and back[2] < d2))
  $$,
  'a part gives only when every part drawn after it is empty'
);

select * from finish();
rollback;
