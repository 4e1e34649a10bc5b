begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select format('credits.get_balance(%L)', :'profile') as call \gset
select credits_tests.fingerprint() as before \gset
select credits_tests.answer(:'call') as first \gset

select is(credits_tests.answer(:'call'), :'first', 'the second call answers the same');
select is(credits_tests.fingerprint(), :'before', 'nothing was written');

select * from finish();
rollback;
