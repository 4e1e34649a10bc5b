begin;
\ir ../helpers.psql
select plan(2);

select is(
  (select count(distinct overlay(credits.new_job_id(credits.id_of('p'))::text
                                 placing '' from 1 for 7))
     from generate_series(1, 10000)),
  10000::bigint,
  'the rest is random'
);
select is(
  (select count(distinct left(credits.new_job_id(credits.id_of('p'))::text, 7))
     from generate_series(1, 100)),
  1::bigint,
  'but for the hash'
);

select * from finish();
rollback;
