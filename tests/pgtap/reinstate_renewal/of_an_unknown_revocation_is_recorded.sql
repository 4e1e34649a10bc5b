begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2030-01-01 00:00Z', 500),
       credits_tests.reinstate_month(:'profile', '2030-01-01 00:00Z')
\gset done_

select is(credits_tests.history(:'profile', 2), 'reinstate +0 +0', 'the ledger has it');
select credits_tests.revoke_month(:'profile', '2030-01-01 00:00Z') as done \gset
select is(credits_tests.buckets(:'profile'), '500 + 0', 'opened later, it takes nothing');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
