begin;
\ir ../helpers.psql
select plan(5);

-- A pack of the past: the views go by the clock of the server, which nobody moves here.
select credits_tests.set_time('2020-01-01 00:00Z') as past,
       credits_tests.person() as person, credits_tests.profile(7, 50) as profile
\gset
select credits_tests.pack(:'profile', 1000, '2020-01-02 00:00Z'),
       credits_tests.pack(:'profile', 300, '2099-01-01 00:00Z')
\gset pack_
select credits_tests.set_time(clock_timestamp()) as present,
       set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset
select is(credits_tests.packs(:'profile'), '1000 300', 'nobody has swept the first pack');

select to_jsonb(b) as seen from credits.balances b where b.profile_id = :'profile' \gset
select credits_tests.seen_by(:'person', 'select to_jsonb(b) from credits.my_balance b') as own \gset
savepoint writing;
set local transaction_read_only = on;
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance \gset
rollback to writing;
select credits_tests.shows(
  :'own', '{"credits_remaining": 7, "addon_credits": 350, "available": 357}',
  'it is left out, and the other one counts'
);
select credits_tests.shows(
  :'balance', :'own', 'as get_balance leaves it out in a read-only transaction'
);
select is(:'own'::jsonb, :'seen'::jsonb - 'seq', 'and as balances does');
select is(
  (credits.get_balance(:'profile')).available::text,
  credits_tests.seen_by(:'person', 'select available from credits.my_balance'),
  'and it stays the same when the pack is processed'
);

select * from finish();
rollback;
