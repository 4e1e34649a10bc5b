begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as one,
       credits_tests.profile(0, 0) as two
\gset
select gen_random_uuid() as payment \gset
select credits_tests.grant_credits(:'one', 700, :'payment'),
       credits_tests.grant_credits(:'one', 5, 'another'),
       credits_tests.revoke(:'one', :'payment', 200)
\gset done_
select credits_tests.set_time('2030-01-02 00:00Z') as later,
       credits_tests.pack(:'two', 50, '2030-02-01 00:00Z', 'promo', 0, :'payment') as pack
\gset
select credits_tests.job(:'two', 20) as job \gset

select is(
  (select jsonb_agg(to_jsonb(f)) from credits.find_grants(:'payment') f),
  jsonb_build_array(
    jsonb_build_object('profile_id', :'one', 'reference', :'payment', 'kind', 'paid',
                       'amount', 700, 'revoked', 200, 'remaining', null, 'expires_at', null,
                       'granted_at', '2030-01-01 00:00Z'::timestamptz, 'seq', 2),
    jsonb_build_object('profile_id', :'two', 'reference', :'payment', 'kind', 'promo',
                       'amount', 50, 'revoked', 0, 'remaining', 30,
                       'expires_at', '2030-02-01 00:00Z'::timestamptz,
                       'granted_at', '2030-01-02 00:00Z'::timestamptz, 'seq', 2)),
  'the oldest first'
);
select is_empty(
  'select * from credits.find_grants(''nobody got this'')', 'nothing where nobody was granted it'
);
select set_eq(
  format('select to_jsonb(g) from credits.grants g where g.reference = %L', :'payment'),
  format('select to_jsonb(f) from credits.find_grants(%L) f', :'payment'),
  'the view shows the same'
);
select is(
  (select count(*) from credits.grants g where g.profile_id = :'one'), 2::bigint,
  'and every other grant'
);

select * from finish();
rollback;
