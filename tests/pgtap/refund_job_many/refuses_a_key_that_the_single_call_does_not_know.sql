begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.job(credits_tests.profile(500, 5000), 10) as job \gset

select credits_tests.refuses(
  format('select credits.refund_job_many(%L)',
         jsonb_build_array(jsonb_build_object('job_id', :'job'), '{"job": null, "amonut": 5}'::jsonb)),
  'PT400', 'invalid_batch',
  '{"parameter": "refunds", "position": 2, "unknown": "amonut",
    "known": ["job_id", "amount", "refund_id", "reason", "profile_id"]}',
  'a misspelled key is refused, and with it the whole batch'
);
select credits_tests.refuses(
  format('select credits.refund_job_many(%L)', jsonb_build_array(jsonb_build_object(repeat('x', 300), 5))),
  'PT400', 'invalid_batch',
  jsonb_build_object('parameter', 'refunds', 'position', 1, 'unknown', repeat('x', 255), 'known',
                     jsonb '["job_id", "amount", "refund_id", "reason", "profile_id"]'),
  'of a long key the beginning is told'
);

select * from finish();
rollback;
