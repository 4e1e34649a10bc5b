begin;
\ir ../helpers.psql
select plan(3);

-- Both profiles of the batch have an overdue hold, and that of the first follows to the second.
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select p.id as moved, lead(p.id) over (order by p.id) as successor
  from (select credits_tests.profile(10, 10) as id from generate_series(1, 2)) p
 order by p.id
 limit 1
\gset
select credits_tests.hold(:'moved', 15, '1 hour'), credits_tests.hold(:'successor', 15, '1 hour')
\gset job_
select credits.move_credits(:'moved', :'successor', 'merge', 'why', 'who') as moved_now,
       credits_tests.set_time('2030-01-01 02:00Z') as later
\gset
select is(
  (select string_agg(coalesce(a.error ->> 'message', (a.granted).new_balance::text), ' '
                     order by a.position)
     from credits.grant_addon_many(jsonb_build_array(
       jsonb_build_object('profile_id', :'moved', 'amount', 1, 'reference', 'r'),
       jsonb_build_object('profile_id', :'successor', 'amount', 1, 'reference', 'r'))) a),
  'profile_closed 41', 'what followed is there'
);
select credits_tests.sound(:'moved', 'the books of the one are sound');
select credits_tests.sound(:'successor', 'the books of the other are sound');

select * from finish();
rollback;
