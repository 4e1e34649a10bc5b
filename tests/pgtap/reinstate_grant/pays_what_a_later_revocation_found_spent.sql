begin;
\ir ../helpers.psql
select plan(9);

-- A refund and a dispute of one payment, 900 of which a job has spent.
select credits_tests.profile(0, 0) as first, credits_tests.profile(0, 0) as second \gset
select credits.grant_addon(:'first', 2000, 'order'), credits_tests.job(:'first', 900) as job,
       credits.grant_addon(:'second', 2000, 'order'), credits_tests.job(:'second', 900) as job
\gset done_
select credits.revoke_grant(:'first', 'order', 'refund', 500, 'why', 'who') as refund,
       credits.revoke_grant(:'first', 'order', 'dispute', 1500, 'why', 'who') as dispute,
       credits.reinstate_grant(:'first', 'order', 'dispute', 'won', 'who') as won
\gset
select is(credits_tests.buckets(:'first'), '0 + 600', 'the refund first');
select credits.revoke_grant(:'second', 'order', 'dispute', 1500, 'why', 'who') as dispute,
       credits.revoke_grant(:'second', 'order', 'refund', 500, 'why', 'who') as refund
\gset
select credits_tests.shows(
  credits_tests.answer(
    format('credits.reinstate_grant(%L, ''order'', ''dispute'', ''won'', ''who'')', :'second')),
  '{"previous_balance": 0, "new_balance": 600}', 'the dispute first'
);
select is(
  (select concat_ws(' ', r.amount, r.collected, r.uncollected)
     from credits.revoke_grant(:'second', 'order', 'refund', 500, 'why', 'who') r),
  '500 500 0', 'the refund has got what the dispute had taken'
);
select credits_tests.sound(:'second');

-- The same with two payments whose credits never expire; not with what was bought afterwards.
select credits_tests.profile(0, 0) as buyer \gset
select credits.grant_addon(:'buyer', 100, 'a') as a, credits.grant_addon(:'buyer', 100, 'b') as b,
       credits_tests.job(:'buyer', 100) as job,
       credits.revoke_grant(:'buyer', 'a', 'dispute', null, 'why', 'who') as dispute,
       credits.revoke_grant(:'buyer', 'b', 'refund', null, 'why', 'who') as refund,
       credits.reinstate_grant(:'buyer', 'a', 'dispute', 'won', 'who') as won
\gset
select is(credits_tests.buckets(:'buyer'), '0 + 0', 'what was left is the refund''s');
select credits.grant_addon(:'buyer', 50, 'c') as c, credits_tests.job(:'buyer', 50) as job,
       credits.revoke_grant(:'buyer', 'c', 'unpaid', null, 'why', 'who') as unpaid,
       credits.grant_addon(:'buyer', 70, 'd') as d,
       credits.revoke_grant(:'buyer', 'd', 'dispute of d', null, 'why', 'who') as dispute,
       credits.reinstate_grant(:'buyer', 'd', 'dispute of d', 'won', 'who') as won
\gset
select is(credits_tests.buckets(:'buyer'), '0 + 70', 'a later payment pays for no earlier one');
select credits_tests.sound(:'buyer');

-- A pack keeps to itself.
select credits_tests.profile(0, 0) as holder \gset
select credits_tests.pack(:'holder', 100, '2040-01-01Z', reference => 'pack') as pack,
       credits.grant_addon(:'holder', 100, 'order') as granted,
       credits.revoke_grant(:'holder', 'pack', 'dispute', null, 'why', 'who') as dispute,
       credits_tests.job(:'holder', 100) as job,
       credits.revoke_grant(:'holder', 'order', 'refund', null, 'why', 'who') as refund,
       credits.reinstate_grant(:'holder', 'pack', 'dispute', 'won', 'who') as won
\gset
select is(credits_tests.buckets(:'holder'), '0 + 100', 'another grant waits for it in vain');
select credits_tests.sound(:'holder');

select * from finish();
rollback;
