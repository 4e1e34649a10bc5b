begin;
\ir ../helpers.psql
select plan(32);

select credits_tests.person() as person,
       credits_tests.profile_with_everything() as profile,
       credits_tests.profile_with_everything() as other
\gset

select is(
  credits_tests.profiles_seen_by(:'person', jsonb_build_object('sub', c.sub)::text, r.relation),
  c.seen,
  format('%s: %s', r.relation, c.description)
)
from credits_tests.own_views() r (relation),
     (values
       (:'profile', :'profile', 'one person'),
       (upper(:'other'), :'other', 'the other, whose id is written in capitals'),
       (gen_random_uuid()::text, null, 'a person without a profile')
     ) c (sub, seen, description);

-- In the tables and the views on them nobody sees a row who is in no group.
select is(
  credits_tests.profiles_seen_by(:'person', jsonb_build_object('sub', :'profile')::text, r.relation),
  null,
  format('%s is not for people', r.relation)
)
from credits_tests.relations() r (relation)
where r.relation <> 'metrics';
select is(
  credits_tests.seen_by(:'person', $$
    select sum(m.value) from credits.metrics m where m.name not like '%estimated'
  $$),
  '0', 'metrics counts nothing for people'
);

select * from finish();
rollback;
