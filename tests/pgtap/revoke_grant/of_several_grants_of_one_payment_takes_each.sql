begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.grant_credits(:'profile', 70, 'order-1 bonus'),
       credits_tests.revoke(:'profile', 'order-1'),
       credits_tests.revoke(:'profile', 'order-1 bonus')
\gset done_

select is(credits_tests.buckets(:'profile'), '0 + 0', 'one dispute, two grants');
select credits_tests.reinstate(:'profile', 'order-1 bonus') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 70', 'each is undone by itself');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
