begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile_with_everything() as profile \gset

select throws_ok(
  format('insert into credits.%1$I select t.* from credits.%1$I t where t.profile_id = %2$L',
         c.table_name, :'profile'),
  '23505', null, c.table_name
)
from (values ('packs'), ('pack_draws'), ('renewals'), ('revocations')) c (table_name);

select * from finish();
rollback;
