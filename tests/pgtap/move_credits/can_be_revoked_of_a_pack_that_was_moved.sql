begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile, credits_tests.profile(0, 0) as other \gset
select credits_tests.pack(:'profile', 100, clock_timestamp() + interval '1 day') as pack \gset
select credits_tests.move(:'profile', :'other') as done \gset

select is(
  (select jsonb_agg(to_jsonb(g) - 'granted_at' - 'expires_at') from credits.grants g
    where g.profile_id = :'other'),
  jsonb_build_array(jsonb_build_object(
    'profile_id', :'other', 'reference', format('move %s/4/2', :'profile'), 'kind', 'paid',
    'amount', 100, 'revoked', 0, 'remaining', 100, 'seq', 2)),
  'it is a grant of its own'
);
select credits_tests.revoke(:'other', format('move %s/4/2', :'profile'), 40) as done \gset
select is(credits_tests.packs(:'other'), '60', 'which can be revoked');
select credits_tests.sound(:'other');

select * from finish();
rollback;
