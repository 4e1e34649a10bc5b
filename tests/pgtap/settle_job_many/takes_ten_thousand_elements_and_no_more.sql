begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.refuses(
  format('select credits.settle_job_many(%L)',
         (select jsonb_agg(jsonb '{}') from generate_series(1, 10001))),
  'PT413', 'batch_too_large', '{"parameter": "settlements", "elements": 10001, "maximum": 10000}',
  '10,001 are refused'
);
select is(
  (select count(*)
     from credits.settle_job_many((select jsonb_agg(jsonb '{}') from generate_series(1, 10000))) b
    where b.error ->> 'message' = 'missing_argument'),
  10000::bigint,
  '10,000 are taken'
);
select is(
  (select array_agg(b.position)
     from credits.settle_job_many((select jsonb_agg(jsonb '{}') from generate_series(1, 10000))) b),
  (select array_agg(n) from generate_series(1, 10000) n),
  'and answered in their order'
);

select * from finish();
rollback;
