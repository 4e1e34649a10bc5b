begin;
\ir ../helpers.psql
select plan(8);

-- Two payments, a job in between, and both payments are taken back. Credits that never expire have
-- no names: the first revocation takes what the second payment brought, so that the job's credits
-- must go to the second one, although they were drawn before its grant.
create function pg_temp.two_chargebacks(first text, second text)
returns table (profile uuid, job uuid)
language plpgsql
as $$
begin
  profile := credits_tests.profile(0, 0);
  perform credits_tests.grant_credits(profile, 100, 'order-1');
  job := credits_tests.job(profile, 100);
  perform credits_tests.grant_credits(profile, 100, 'order-2');
  perform credits.revoke_grant(profile, first, 'dispute-1', null, 'why', 'who');
  perform credits.revoke_grant(profile, second, 'dispute-1', null, 'why', 'who');
  perform credits.refund_job(job);
  return next;
end
$$;

select c.profile as forth from pg_temp.two_chargebacks('order-1', 'order-2') c \gset
select is(credits_tests.buckets(:'forth'), '0 + 0', 'in the order of the payments');
select is(p.uncollected, 0::bigint, 'nothing waits')
  from credits.profiles p where p.id = :'forth';
select credits_tests.sound(:'forth');

select c.profile as back from pg_temp.two_chargebacks('order-2', 'order-1') c \gset
select is(credits_tests.buckets(:'back'), '0 + 0', 'in the other order');
select is(p.uncollected, 0::bigint, 'nothing waits')
  from credits.profiles p where p.id = :'back';
select credits_tests.sound(:'back');

-- A job that was drawn from an overdraft, before the only grant.
select credits_tests.profile(0, 0) as owing \gset
select credits.set_overdraft_limit(:'owing', 100, 'why', 'who') as done \gset
select credits_tests.job(:'owing', 30) as job \gset
select credits_tests.grant_credits(:'owing', 50, 'order-1') as done \gset
select credits_tests.revoke(:'owing', 'order-1') as done \gset
select credits.refund_job(:'job') as done \gset
select is(credits_tests.buckets(:'owing'), '0 + 0', 'an overdraft, too');
select credits_tests.sound(:'owing');

select * from finish();
rollback;
