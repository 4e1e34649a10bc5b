begin;
\ir ../helpers.psql
select plan(60);

select credits_tests.person() as person, credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select is(
  credits_tests.profiles_seen_by(:'person', c.claims, r.relation),
  null,
  format('%s: %s', r.relation, c.claims)
)
from unnest(array['profiles', 'jobs', 'ledger', 'balances', 'ledger_entries']) r (relation),
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
