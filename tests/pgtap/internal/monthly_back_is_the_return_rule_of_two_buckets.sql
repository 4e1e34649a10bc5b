begin;
\ir ../helpers.psql
select plan(1);

select is_empty(
  $$
    select monthly, addon, n
      from generate_series(0, 3) monthly, generate_series(0, 3) addon, generate_series(0, 6) n
     where n <= monthly + addon
       and credits._monthly_back(addon, n)
           is distinct from (credits._split_return(array[monthly, addon]::bigint[], n))[1]
  $$,
  'it is the first part of _split_return'
);

select * from finish();
rollback;
