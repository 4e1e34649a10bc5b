begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.member_of('credits_reader') as reader,
       credits_tests.profile_with_everything() as profile,
       credits_tests.profile_with_everything() as other
\gset

select is(
  credits_tests.seen_by(:'reader', format('select count(*) from credits.%I', r.name)),
  credits_tests.seen_by(current_user::text, format('select count(*) from credits.%I', r.name)),
  r.name
)
from (select r.name from credits_tests.relations() r union all values ('settings')) r;
select is_empty(
  $$
    select r.name
      from credits_tests.relations() r
     where credits_tests.seen_by(current_user::text,
                                 format('select count(*) from credits.%I', r.name)) = '0'
  $$,
  'there is something to read everywhere'
);

select * from finish();
rollback;
