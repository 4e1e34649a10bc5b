begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.person() as person, credits_tests.profile_with_everything() as profile \gset

select is(
  credits_tests.seen_by(:'person', format('select count(*) from credits.%I', r.relation)),
  '0',
  r.relation
)
from credits_tests.relations() r (relation);

select * from finish();
rollback;
