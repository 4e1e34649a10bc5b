begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.fingerprint() as before \gset
select credits.id_of('user_2abc') as id \gset

select is(credits_tests.fingerprint(), :'before', 'asking changes nothing');

select * from finish();
rollback;
