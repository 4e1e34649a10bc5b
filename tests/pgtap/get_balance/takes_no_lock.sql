begin;
\ir ../helpers.psql
select plan(2);

select gen_random_uuid() as profile \gset
insert into credits.profiles (id, credits_remaining, addon_credits, created_at)
values (:'profile', 500, 5000, clock_timestamp());

select credits_tests.shows(
  credits_tests.answer(format('credits.get_balance(%L)', :'profile')),
  '{"available": 5500, "seq": 0}',
  'the balance is read'
);
select is(
  (select p.xmax::text from credits.profiles p where p.id = :'profile'), '0',
  'the row is not locked'
);

select * from finish();
rollback;
