begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.person() as person, credits_tests.profile(7, 50) as profile \gset
select credits_tests.pack(:'profile', 1000, '2098-01-01 00:00Z'),
       credits_tests.pack(:'profile', 300, '2099-01-01 00:00Z')
\gset pack_
select set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset
select is(
  credits_tests.seen_by(:'person', 'select addon_credits from credits.my_balance'), '1350',
  'a pack that has not expired counts'
);
-- As if it had been granted for a time that is over by now.
update credits.packs k
   set expires_at = '2020-01-01 00:00Z', granted_until = '2020-01-01 00:00Z'
 where k.profile_id = :'profile'
   and k.amount = 1000;
update credits.profiles p set next_pack_expiry = '2020-01-01 00:00Z' where p.id = :'profile';

select to_jsonb(b) as seen from credits.balances b where b.profile_id = :'profile' \gset
select credits_tests.seen_by(:'person', 'select to_jsonb(b) from credits.my_balance b') as own \gset
savepoint writing;
set local transaction_read_only = on;
select credits_tests.answer(format('credits.get_balance(%L)', :'profile')) as balance \gset
rollback to writing;
select credits_tests.shows(
  :'own', '{"credits_remaining": 7, "addon_credits": 350, "available": 357}',
  'an overdue pack is left out, though nobody has swept it'
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
