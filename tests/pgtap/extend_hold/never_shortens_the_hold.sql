begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '2 hours') as job \gset
select credits_tests.fingerprint() as before \gset

select is(
  credits_tests.answer(format('credits.extend_hold(%L, %L)', :'job', c.hold_for))
    ->> 'hold_expires_at',
  (to_jsonb('2030-01-01 02:00Z'::timestamptz) #>> '{}'),
  format('%s from now', c.hold_for)
)
from (values ('1 hour'), ('1 microsecond'), ('2 hours')) c (hold_for);
select is(credits_tests.fingerprint(), :'before', 'nothing changed');

select * from finish();
rollback;
