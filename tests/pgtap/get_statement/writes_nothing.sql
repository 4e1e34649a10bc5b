begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.fingerprint() as before \gset
select count(*) from credits.get_statement(:'profile') \gset

select is(credits_tests.fingerprint(), :'before', 'a statement only reads');

select * from finish();
rollback;
