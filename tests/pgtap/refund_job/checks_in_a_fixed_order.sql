begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset

select credits_tests.refuses(
  'select credits.refund_job(gen_random_uuid(), 0, ''part-1'')',
  'PT400', 'invalid_amount',
  '{"parameter": "amount", "value": 0, "minimum": 1, "maximum": 9007199254740991}',
  'arguments before the job'
);
select credits_tests.refuses(
  'select credits.refund_job(gen_random_uuid(), profile_id => gen_random_uuid())',
  'PT404', 'profile_not_found', '{}',
  'the profile before the job'
);
select credits_tests.refuses(
  format('select credits.refund_job(%L, 5000, %L)', :'job', 'part-1'),
  'PT409', 'reference_conflict', '{"parameter": "amount", "stored": 1600, "given": 5000}',
  'the replay before what is out'
);

select * from finish();
rollback;
