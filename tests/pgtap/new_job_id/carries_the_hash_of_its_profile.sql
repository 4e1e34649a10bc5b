begin;
\ir ../helpers.psql
select plan(3);

select is_empty(
  $$
    select n
      from generate_series(1, 1000) n
     where credits.shard_of(credits.id_of(n::text), 1048576)
           <> ('x' || left(credits.new_job_id(credits.id_of(n::text))::text, 7))::bit(28)::integer
              % 1048576
  $$,
  'the first 7 digits say which shard has the profile, whatever their number is'
);
select is_empty(
  $$
    select n
      from generate_series(1, 1000) n
     where credits.new_job_id(credits.id_of(n::text))::text
           !~ '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]'
  $$,
  'it has the version and the variant of a UUID'
);
select is(credits.new_job_id(null), null, 'of no profile there is none');

select * from finish();
rollback;
