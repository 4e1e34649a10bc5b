begin;
\ir ../helpers.psql
select plan(7);

create function credits_tests.counted(
  profile_id uuid, since timestamptz default null, until timestamptz default null
)
returns text
language sql
as $$
  select string_agg(concat_ws(' ', u.jobs, u.consumed, u.returned), ', ')
    from credits.usage(counted.profile_id, counted.since, counted.until) u
$$;

-- Free jobs have no ledger row of their own: they lie between those of others.
select credits_tests.set_time('2030-01-01 00:00Z') as now, credits_tests.profile(0, 9) as profile \gset
select credits_tests.job(:'profile', 0) as first \gset
select credits_tests.set_time('2030-01-02 00:00Z') as now \gset
select credits_tests.job(:'profile', 0) as second \gset
select credits_tests.set_time('2030-01-03 00:00Z') as now \gset
select credits_tests.settle(:'second', 4) as settled, credits_tests.job(:'profile', 0) as third \gset

select is(credits_tests.counted(:'profile'), '3 4 0', 'all of them');
select is(credits_tests.counted(:'profile', '2030-01-02Z'), '2 4 0', 'from the second on');
select is(
  credits_tests.counted(:'profile', '2030-01-01 00:00:00.000001Z', '2030-01-02Z'), null,
  'none between two'
);
select is(credits_tests.counted(:'profile', null, '2030-01-02 00:00:00.000001Z'), '2 0 0', 'two');
select is(credits_tests.counted(:'profile', '2030-01-03Z'), '1 4 0', 'the third alone');
select is(
  credits_tests.counted(:'profile', '2030-01-03 00:00:00.000001Z'), null, 'and none later'
);

-- An imported job was reserved elsewhere, and its credits are part of what was imported.
select gen_random_uuid() as imported, gen_random_uuid() as job \gset
select i.jobs
  from credits.import_profile(
         :'imported', 90, 0,
         array[(:'job', 'done', '{"credit_cost": 10, "credits_deducted": true,
                                  "monthly_deducted": 10, "addon_deducted": 0}',
                '2029-12-31Z')]::credits.legacy_job[],
         array[('1', '2029-12-01Z', null, null, 100, 'signup: monthly credits'),
               ('2', '2029-12-31Z', null, null, -10, concat('job create: ', :'job'))
              ]::credits.legacy_entry[]) i
\gset import_
select credits_tests.refund(:'job', 4, 'part') as part \gset
select is(
  credits_tests.counted(:'imported'), '0 0 4', 'of an imported job, what it gives back counts'
);

select * from finish();
rollback;
