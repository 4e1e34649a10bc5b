begin;
\ir ../helpers.psql
select plan(3);

select lives_ok(format('select credits.expire_holds(%s)', c.batch_size), c.batch_size::text)
  from (values (1), (10000)) c (batch_size);
select lives_ok('select credits.expire_holds()', 'the default');

select * from finish();
rollback;
