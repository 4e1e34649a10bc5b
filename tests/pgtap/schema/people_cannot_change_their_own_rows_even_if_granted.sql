begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.person() as person, credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select format('grant insert, update, delete on all tables in schema credits to %I', :'person')
\gexec
select set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset

select is(
  credits_tests.seen_by(:'person', format('with w as (%s returning 1) select count(*) from w', s)),
  '0',
  s
)
from unnest(array[
  'update credits.profiles set credits_remaining = 9999',
  'update credits.jobs set monthly_refunded = 1',
  'delete from credits.jobs',
  'delete from credits.ledger'
]) s;
select is(credits_tests.outcome(:'person', s), '55000', s)
from unnest(array[
  'update credits.balances set addon_credits = 9999',
  'update credits.my_balance set addon_credits = 9999',
  'delete from credits.my_statement',
  'update credits.my_jobs set monthly_refunded = 1'
]) s;
select is(
  credits_tests.outcome(:'person', format(s, :'profile')), '42501', s
)
from unnest(array[
  'insert into credits.profiles (id, credits_remaining, created_at)
   values (gen_random_uuid(), 9999, now())',
  'insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                               monthly_balance, addon_balance, reason)
   values (%L, 3, now(), ''adjust'', 9999, 0, 9999, 0, ''mine'')'
]) s;

select * from finish();
rollback;
