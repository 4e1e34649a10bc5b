begin;
\ir ../helpers.psql
select plan(7);

delete from credits.events;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(100, 0), 50) as profile \gset
select credits_tests.job(:'profile', 60) as low, credits_tests.job(:'profile', 40) as depleted,
       credits_tests.grant_credits(:'profile', 100, 'refill') as refill
\gset
select credits_tests.job(:'profile', 60) as low_again \gset
create function credits_tests.claimed()
returns text
language sql
as $$
  select string_agg(concat(e.kind, ' ', e.attempts), ', ' order by e.seq, e.kind)
    from credits.claim_events() e
$$;

select is(
  credits_tests.claimed(), 'credits.low 1, credits.depleted 1, credits.low 1',
  'one consumer has all three'
);
-- It gives the first one back, and goes on with the others.
select is(
  credits.fail_events(array[format('%s:2:credits.low', :'profile')], 'why', '1 second'),
  1::bigint, 'the first one fails'
);
select credits_tests.set_time('2030-01-01 00:00:30Z') as later \gset
select is(
  credits_tests.claimed(), 'credits.low 2', 'which is handed out alone: the others are leased'
);
select is(
  credits.fail_events(array[format('%s:2:credits.low', :'profile')], 'why', '1 second')
    + credits.fail_events(array[format('%s:3:credits.depleted', :'profile')], 'why', '1 hour'),
  2::bigint, 'now the second one has to wait for long'
);
select credits_tests.set_time('2030-01-01 00:02Z') as later \gset
select is(
  credits_tests.claimed(), 'credits.low 3', 'what comes after it waits too, though it is due'
);

update credits.settings set event_attempts = 3;
select is(credits_tests.claimed(), null, 'a last attempt is an attempt');
select is(
  (select e.set_aside_at from credits.events e where e.profile_id = :'profile' and e.attempts = 3),
  null, 'and lasts as long as the first'
);

select * from finish();
rollback;
