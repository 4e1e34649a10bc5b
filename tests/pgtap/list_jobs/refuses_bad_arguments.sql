begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(10, 0) as profile, credits_tests.profile(10, 0) as other \gset
select credits_tests.job(:'other', 1) as others_job \gset
select credits_tests.refuses(
  format('select credits.list_jobs(%s)', format(c.arguments, quote_literal(:'profile'))),
  'PT400', c.token, c.detail, c.what
)
from (values
  ('profile_id is null', 'null', 'missing_argument', '{"parameter": "profile_id"}'::jsonb),
  ('page_size is null', '%s, page_size => null', 'missing_argument', '{"parameter": "page_size"}'),
  ('page_size is 0', '%s, page_size => 0', 'invalid_amount',
   '{"parameter": "page_size", "value": 0, "minimum": 1, "maximum": 1000}'),
  ('page_size is too large', '%s, page_size => 1001', 'invalid_amount',
   '{"parameter": "page_size", "value": 1001, "minimum": 1, "maximum": 1000}'),
  ('there is no such state', '%s, ''open''', 'invalid_option',
   '{"parameter": "state", "value": "open",
     "allowed": ["reserved", "settled", "rolled_back", "expired", "refunded"]}'),
  ('spender is blank', '%s, spender => '' ''', 'invalid_reference',
   '{"parameter": "spender", "length": 1, "maximum": 255}')
) c (what, arguments, token, detail);
select throws_ok(
  'select credits.list_jobs(gen_random_uuid())', 'PT404', 'profile_not_found',
  'an unknown profile'
);
select throws_ok(
  format('select credits.list_jobs(%L, before_job_id => gen_random_uuid())', :'profile'),
  'PT404', 'job_not_found', 'before an unknown job'
);
select throws_ok(
  format('select credits.list_jobs(%L, before_job_id => %L)', :'profile', :'others_job'),
  'PT404', 'job_not_found', 'before a job of another profile'
);

select * from finish();
rollback;
