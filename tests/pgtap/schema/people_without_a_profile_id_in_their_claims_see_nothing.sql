begin;
\ir ../helpers.psql
select plan(143);

select credits_tests.person() as person, credits_tests.profile_with_everything() as profile \gset

select is(
  credits_tests.seen_by(:'person', format('select count(*) from credits.%I', r.relation)),
  '0',
  format('%s: without claims', r.relation)
)
from credits_tests.relations() r (relation);
select is(
  credits_tests.profiles_seen_by(:'person', c.claims, r.relation),
  null,
  format('%s: %s', r.relation, c.claims)
)
from credits_tests.relations() r (relation),
     (values
       (''),
       ('null'),
       ('{}'),
       ('[]'),
       ('{"sub": null}'),
       ('{"sub": ""}'),
       ('{"sub": "anybody"}'),
       ('{"sub": 5}'),
       ('{"sub": {}}'),
       (format('{"sub": "{%s}"}', :'profile')),
       (format('{"sub": "%s or more"}', :'profile')),
       (format('{"subject": "%s"}', :'profile'))
     ) c (claims);

select * from finish();
rollback;
