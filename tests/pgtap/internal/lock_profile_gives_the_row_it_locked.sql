begin;
\ir ../helpers.psql
select plan(3);

select gen_random_uuid() as profile \gset
insert into credits.profiles (id, credits_remaining, addon_credits, seq, created_at)
values (:'profile', 500, 5000, 1, clock_timestamp());

select is(
  (select p.xmax::text from credits.profiles p where p.id = :'profile'), '0',
  'the row is not locked before'
);
select credits_tests.shows(
  credits_tests.answer(format('credits._lock_profile(%L)', :'profile')),
  jsonb_build_object('id', :'profile', 'credits_remaining', 500, 'addon_credits', 5000, 'seq', 1),
  'the answer is the row'
);
select isnt(
  (select p.xmax::text from credits.profiles p where p.id = :'profile'), '0',
  'the row is locked after'
);

select * from finish();
rollback;
