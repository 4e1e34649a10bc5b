begin;
\ir ../helpers.psql
select plan(15);

select credits_tests.person() as person,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(7, 70) as other
\gset
select credits_tests.job(:'profile', 2000), credits_tests.job(:'other', 10) as other_job \gset

select is(
  credits_tests.profiles_seen_by(:'person', jsonb_build_object('sub', c.sub)::text, r.relation),
  c.seen,
  format('%s: %s', r.relation, c.description)
)
from unnest(array['profiles', 'jobs', 'ledger', 'balances', 'ledger_entries']) r (relation),
     (values
       (:'profile', :'profile', 'one person'),
       (upper(:'other'), :'other', 'the other, whose id is written in capitals'),
       (gen_random_uuid()::text, null, 'a person without a profile')
     ) c (sub, seen, description);

select * from finish();
rollback;
