begin;
\ir ../helpers.psql
select plan(14);

delete from credits.events;
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.watch(credits_tests.profile(100, 0), 50) as profile,
       credits_tests.watch(credits_tests.profile(100, 0), 50) as other
\gset
select credits_tests.job(:'profile', 60) as low, credits_tests.set_time('2030-01-01 00:01Z') as later,
       credits_tests.job(:'profile', 40) as depleted, credits_tests.job(:'other', 70) as others
\gset

select is(
  (select jsonb_agg(to_jsonb(e)) from credits.claim_events(1) e),
  jsonb_build_array(jsonb_build_object(
    'event_id', format('%s:2:credits.low', :'profile'), 'profile_id', :'profile', 'seq', 2,
    'kind', 'credits.low', 'subject', '', 'occurred_at', '2030-01-01 00:00Z'::timestamptz,
    'payload', '{"balance": 40, "low_balance": 50}'::jsonb, 'attempts', 1
  )),
  'the oldest'
);
select is(
  (select string_agg(e.kind, ', ') from credits.claim_events(100) e where e.profile_id = :'profile'),
  null, 'while it is leased, nobody gets the later one of this profile'
);
select is(
  (select count(*) from credits.events e where e.profile_id = :'other' and e.attempts = 1),
  1::bigint, 'but that of another profile'
);
select credits_tests.set_time('2030-01-01 00:02Z') as over \gset
select is(
  (select string_agg(concat(e.kind, ' ', e.attempts), ', ' order by e.seq)
     from credits.claim_events(100) e where e.profile_id = :'profile'),
  'credits.low 2, credits.depleted 1', 'once the lease is over, both, in their order'
);
select is(credits.finish_events(array[format('%s:2:credits.low', :'profile'),
                                      format('%s:2:credits.low', :'profile')]),
          1::bigint, 'finished once');
select is(credits.finish_events(array[format('%s:2:credits.low', :'profile')]), 0::bigint,
          'it stays so');
select credits_tests.set_time('2030-01-01 00:04Z') as over \gset
select is(
  (select string_agg(concat(e.kind, ' ', e.attempts), ', ')
     from credits.claim_events(100) e where e.profile_id = :'profile'),
  'credits.depleted 2', 'and never comes again'
);

-- What fails waits, and is set aside in the end.
select is(
  credits.fail_events(array[format('%s:3:credits.depleted', :'profile')], 'no route', '1 hour'),
  1::bigint, 'given back'
);
select credits_tests.set_time('2030-01-01 01:03:59Z') as later \gset
select is_empty(
  format('select from credits.claim_events() e where e.profile_id = %L', :'profile'),
  'not before'
);
update credits.settings set event_attempts = 3;
select credits_tests.set_time('2030-01-01 01:04Z') as later \gset
select is(
  (select e.attempts from credits.claim_events() e where e.profile_id = :'profile'), 3::bigint,
  'a third time'
);
select credits_tests.set_time('2030-01-01 02:00Z') as later \gset
select credits_tests.grant_credits(:'profile', 100, 'refill') as refilled,
       credits_tests.job(:'profile', 60) as low_again
\gset
select is(
  (select string_agg(e.kind, ', ') from credits.claim_events() e where e.profile_id = :'profile'),
  'credits.low', 'then it is set aside, and later ones wait for it no longer'
);
select is(
  (select concat(e.error, ' ', e.set_aside_at is not null)
     from credits.events e where e.profile_id = :'profile' and e.kind = 'credits.depleted'),
  'no route t', 'with what went wrong'
);
select is(
  credits.fail_events(array[format('%s:3:credits.depleted', :'profile')], 'once more', '1 second'),
  1::bigint, 'somebody brings it back'
);
select credits_tests.set_time('2030-01-01 03:00Z') as later \gset
select is(
  (select string_agg(concat(e.kind, ' ', e.attempts), ', ' order by e.occurred_at)
     from credits.claim_events() e where e.profile_id = :'profile'),
  'credits.depleted 3, credits.low 2', 'and it comes first again'
);

select * from finish();
rollback;
