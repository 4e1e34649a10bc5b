begin;
\ir ../helpers.psql
select plan(26);

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

-- With claims of a person.
select credits_tests.member_of('credits_reader') as reader,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other
\gset
select set_config('request.jwt.claims', jsonb_build_object('sub', :'profile')::text, true) as claims
\gset

select is(
  credits_tests.seen_by(:'reader', format(
    'select count(*) from credits.balances b where b.profile_id in (%L, %L)',
    :'profile', :'other')),
  '2',
  'the group still sees every row'
);

select * from finish();
rollback;
