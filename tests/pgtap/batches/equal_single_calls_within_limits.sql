begin;
\ir ../helpers.psql
select plan(8);

-- Two profiles with the same limits: one gets single calls, the other a batch.
create function pg_temp.stage()
returns uuid
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(20, 500);
begin
  perform credits_tests.limit_spender(v_profile, null, 'total', 100);
  perform credits_tests.limit_spender(v_profile, 'ann', 'day', 50);
  return v_profile;
end
$$;
select credits_tests.set_time('2030-01-09 10:00Z') as now, pg_temp.stage() as batched,
       pg_temp.stage() as single
\gset
create temporary table wanted as
select place, spender, cost, gen_random_uuid() as batch_job, gen_random_uuid() as single_job
  from (values (1, 'ann', 30), (2, 'ann', 21), (3, 'bob', 40), (4, 'ann', 20), (5, null, 11),
               (6, null, 10)) w (place, spender, cost);
create function pg_temp.said(call text)
returns text
language plpgsql
as $$
begin
  execute said.call;
  return 'done';
exception when sqlstate 'PT402' then
  return sqlerrm;
end
$$;
create temporary table singly as
select w.place, pg_temp.said(format('select credits.reserve_credits(%L, %L, %s, spender => %L)',
                                    :'single', w.single_job, w.cost, w.spender)) as said
  from wanted w
 order by w.place;
select results_eq(
  format($q$
    select r.position, coalesce(r.error ->> 'message', 'done')
      from credits.reserve_credits_many((
             select jsonb_agg(jsonb_build_object('profile_id', %L, 'job_id', w.batch_job,
                                                 'cost', w.cost, 'spender', w.spender)
                              order by w.place) from wanted w)) r $q$, :'batched'),
  'select place, said from singly',
  'reservations'
);
select is(
  (select string_agg(said, ' ' order by place) from singly),
  'done limit_exceeded done done limit_exceeded done', 'as it should be'
);
select is(credits_tests.spent(:'batched'), credits_tests.spent(:'single'), 'both count the same');
select is(
  (select r.error -> 'details' from credits.reserve_credits_many(
            jsonb_build_array(jsonb_build_object('profile_id', :'batched', 'spender', 'ann',
                                                 'job_id', gen_random_uuid(), 'cost', 1))) r),
  '{"spender": null, "window": "total", "limit": 100, "spent": 100, "remaining": 0,
    "resets_at": null, "required": 1}', 'an element says which limit it was'
);
select credits.settle_job(w.single_job, case w.place when 1 then 5 else 60 end) as s
  from wanted w where w.place in (1, 3) \g /dev/null
select s.position from credits.settle_job_many((
  select jsonb_agg(jsonb_build_object('job_id', w.batch_job,
                                      'actual_cost', case w.place when 1 then 5 else 60 end))
    from wanted w where w.place in (1, 3))) s \g /dev/null
select is(credits_tests.spent(:'batched'), credits_tests.spent(:'single'), 'settlements');
select credits.refund_job(w.single_job) as r from wanted w where w.place in (3, 4) \g /dev/null
select r.position from credits.refund_job_many((
  select jsonb_agg(jsonb_build_object('job_id', w.batch_job)) from wanted w
   where w.place in (3, 4))) r \g /dev/null
select is(credits_tests.spent(:'batched'), 'total 15, ann day 5', 'refunds');
select credits_tests.sound(:'batched');
select credits_tests.sound(:'single');

select * from finish();
rollback;
