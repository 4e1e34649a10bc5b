begin;
\ir ../helpers.psql
select plan(6);

-- What docs/concepts.md warns of. The server's own count of the calls tells.
set local track_functions = 'all';
create function credits_tests.calls()
returns bigint
language sql
as $$
  select coalesce(pg_stat_get_xact_function_calls(
    'credits.reserve_credits(uuid, uuid, bigint, jsonb, interval, text)'::regprocedure), 0)
$$;

select credits_tests.profile(500, 0) as profile, gen_random_uuid() as job \gset
select credits_tests.calls() as before \gset
select (credits.reserve_credits(:'profile', :'job', 10)).* \gset star_

select is(credits_tests.calls() - :before, 11::bigint, '(f(...)).*: a call for each column');
select is(:'star_replayed'::boolean, true, 'the row says replayed: all but one were replays');
select is(credits_tests.buckets(:'profile'), '490 + 0', 'the credits were taken once all the same');

select gen_random_uuid() as job, credits_tests.calls() as before \gset
select * from credits.reserve_credits(:'profile', :'job', 10) \gset from_

select is(credits_tests.calls() - :before, 1::bigint, 'select * from f(...): one call');
select is(:'from_replayed'::boolean, false, 'its answer is the first one');
select is(credits_tests.buckets(:'profile'), '480 + 0', 'and the credits were taken once');

select * from finish();
rollback;
