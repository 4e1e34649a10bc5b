begin;
\ir ../helpers.psql
select plan(1);
select pass('not written yet');
select * from finish();
rollback;
