begin;
\ir ../helpers.psql
select plan(10);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select throws_ok(
  format('insert into credits.%1$I select t.* from credits.%1$I t where t.%2$I = %3$L',
         c.table_name, c.key_column, c.key),
  '23505', null, c.description
)
from (values
  ('profiles', 'id', :'profile', 'a profile id'),
  ('jobs', 'id', :'job', 'a job id, whatever the profile'),
  ('ledger', 'profile_id', :'profile', 'a seq of a profile')
) c (table_name, key_column, key, description);

select credits_tests.profile_with_everything() as profile \gset

select throws_ok(
  format('insert into credits.%1$I select t.* from credits.%1$I t where t.profile_id = %2$L',
         c.table_name, :'profile'),
  '23505', null, c.table_name
)
from (values ('packs'), ('pack_draws'), ('renewals'), ('revocations'), ('alerts'), ('topups'),
             ('events')) c (table_name);

select * from finish();
rollback;
