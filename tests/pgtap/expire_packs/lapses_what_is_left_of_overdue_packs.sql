begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(7, 100) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z'),
       credits_tests.pack(:'profile', 30, '2030-03-01 00:00Z')
\gset pack_
select credits_tests.job(:'profile', 17) as job,
       credits_tests.set_time('2030-02-10 00:00Z') as later
\gset

select is(
  (select jsonb_agg(to_jsonb(l)) from credits.expire_packs(10000) l
    where l.profile_id = :'profile'),
  jsonb_build_array(jsonb_build_object(
    'profile_id', :'profile', 'seq', 5, 'ts', '2030-02-10 00:00Z'::timestamptz, 'kind', 'lapse',
    'job_id', null, 'monthly_delta', 0, 'addon_delta', -40, 'monthly_balance', 0,
    'addon_balance', 130, 'reason', 'pack lapse: grant 2 (addon: -40)', 'reference', null,
    'actor', null
  )),
  'the answer is the ledger row'
);
select is(credits_tests.newest_entry(:'profile') ->> 'seq', '5', 'it is in the ledger');
select is(credits_tests.packs(:'profile'), '0 30', 'the other pack stays');
select is(
  (select p.next_pack_expiry from credits.profiles p where p.id = :'profile'),
  '2030-03-01 00:00Z'::timestamptz, 'and is the next'
);
select is_empty(
  format('select from credits.expire_packs(10000) l where l.profile_id = %L', :'profile'),
  'a second sweep finds nothing'
);
select credits_tests.sound(:'profile');

-- An empty pack.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z') as pack \gset
select credits_tests.job(:'profile', 50) as job,
       credits_tests.set_time('2030-02-01 00:00Z') as later
\gset

select is_empty(
  format('select from credits.expire_packs(10000) l where l.profile_id = %L', :'profile'),
  'nothing is left of it'
);
select is(credits_tests.history(:'profile', 2), 'reserve +0 -50', 'nothing lapses');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
