begin;
\ir ../helpers.psql
select plan(2);

-- The first one of a profile has an attempt left, since it was set aside and came back.
delete from credits.events;
update credits.settings set event_attempts = 2;
select credits_tests.watch(credits_tests.profile(1000, 0), 50) as profile \gset
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
insert into credits.events (profile_id, seq, kind, occurred_at, due_at, attempts, payload,
                            subject)
select :'profile', n, 'credits.low', '2030-01-01 00:00Z', '2030-01-01 00:00Z', attempts, '{}', ''
  from (values (3, 1), (5, 2), (7, 2), (9, 2)) e (n, attempts);
select results_eq(
  'select seq, attempts from credits.claim_events(2)', 'values (3::bigint, 2::bigint)',
  'the first, and none of those that were handed out twice'
);
select is((select max(e.attempts) from credits.events e), 2, 'no third time');

select * from finish();
rollback;
