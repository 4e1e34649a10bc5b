begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(7, 50) as profile, credits_tests.profile(3, 0) as closed,
       credits_tests.profile(0, 1) as later
\gset
select credits_tests.pack(:'profile', 1000, '2030-01-01 02:00Z'),
       credits_tests.pack(:'profile', 200, '2030-01-01 02:00Z', reference => 'another'),
       credits_tests.pack(:'profile', 300, '2030-01-02 00:00Z'),
       credits_tests.pack(:'later', 9, '2030-01-02 00:00Z'),
       credits_tests.pack(:'later', 5, '2030-01-01 01:00Z', reference => 'over')
\gset pack_
select credits_tests.hold(:'profile', 107, '1 hour') as hold,
       credits.set_overdraft_limit(:'profile', 20, 'why', 'who') as overdraft,
       credits.close_profile(:'closed', 'why', 'who') as close
\gset

-- What the list says of a profile.
create function credits_tests.listed(profile_id uuid)
returns jsonb
language sql
as $$
  select to_jsonb(p)
    from credits.list_profiles(page_size => 1000) p
   where p.profile_id = listed.profile_id
$$;

select is(
  credits_tests.listed(:'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', 0, 'addon_credits', 1450, 'available', 1450,
    'overdraft_limit', 20, 'seq', 6, 'closed_at', null,
    'created_at', '2030-01-01 00:00Z'::timestamptz, 'changed_at', '2030-01-01 00:00Z'::timestamptz),
  'its buckets, how far it may go below zero, and when it was opened and changed'
);
select credits_tests.shows(
  credits_tests.listed(:'closed'),
  jsonb_build_object('available', 3, 'closed_at', '2030-01-01 00:00Z'::timestamptz),
  'one that is closed is there, and says so'
);

select credits_tests.set_time('2030-01-01 02:00Z');
select credits_tests.shows(
  credits_tests.listed(:'profile'),
  '{"credits_remaining": 0, "addon_credits": 350, "available": 350, "seq": 6}',
  'packs that are overdue are left out, and what an overdue hold holds is not back'
);
select credits_tests.shows(
  credits_tests.listed(:'later'), '{"addon_credits": 10, "available": 10}',
  'each profile leaves out its own alone'
);
savepoint writing;
set local transaction_read_only = on;
select to_jsonb(b) as balance from credits.get_balance(:'profile') b \gset
rollback to writing;
select credits_tests.shows(
  credits_tests.listed(:'profile'),
  jsonb_build_object(
    'profile_id', :'profile', 'credits_remaining', :'balance'::jsonb -> 'credits_remaining',
    'addon_credits', :'balance'::jsonb -> 'addon_credits',
    'available', :'balance'::jsonb -> 'available', 'seq', :'balance'::jsonb -> 'seq'),
  'as get_balance leaves them out in a read-only transaction'
);
select is(credits_tests.packs(:'profile'), '900 200 300', 'nothing is written');

select * from finish();
rollback;
