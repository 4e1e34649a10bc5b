begin;
\ir ../helpers.psql
select plan(17);

-- Whether ts never descends, and how many rows there are.
create function credits_tests.ts_ascends(profile_id uuid)
returns text
language sql
as $$
  select concat(bool_and(e.ts >= e.previous), ' ', count(*))
    from (select l.ts, lag(l.ts, 1, l.ts) over (order by l.seq) as previous
            from credits.ledger l
           where l.profile_id = ts_ascends.profile_id) e
$$;

select credits_tests.set_time('2020-01-01 12:00:00Z') as now,
       credits_tests.profile(500, 0) as profile, credits_tests.profile(70, 0) as other
\gset
select credits_tests.set_time('2020-01-01 12:00:20Z') as later,
       credits_tests.grant_credits(:'profile', 10, 'a') as a
\gset
select credits_tests.set_time('2020-01-01 12:00:05Z') as back,
       credits_tests.grant_credits(:'profile', 100, 'b') as b
\gset
select is(
  (select array_agg(to_char(l.ts at time zone 'UTC', 'SS') order by l.seq)
     from credits.ledger l where l.profile_id = :'profile'),
  '{00,20,20}', 'a row is never before the row before'
);
select is(
  (select p.changed_at from credits.profiles p where p.id = :'profile'),
  '2020-01-01 12:00:20Z', 'the profile knows the newest'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', c.at)),
  jsonb_build_object('available', c.available, 'seq', c.seq), c.description
)
from (values
  ('2020-01-01 12:00:04Z'::timestamptz, 500, 1, 'before now: what was there by the ledger'),
  ('2020-01-01 12:00:05Z', 610, 3, 'now: the newest row'),
  ('2020-01-01 12:00:10Z', 610, 3, 'between now and the newest row'),
  ('2020-01-01 12:00:20Z', 610, 3, 'the newest row'),
  ('infinity', 610, 3, 'for ever after')
) c (at, available, seq, description);
select is(
  (credits.balance_at(:'profile', '2020-01-01 12:00:05Z')).available,
  (credits.get_balance(:'profile')).available,
  'the balance of now is the balance'
);
-- Of a profile whose rows are all in the past, nothing is guessed.
select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'other', '2020-01-01 11:59:59Z')),
  '{"available": 0, "seq": 0}', 'before another profile was opened'
);
select credits_tests.set_time('2020-01-01 12:00:30Z') as on,
       credits_tests.grant_credits(:'profile', 1000, 'c') as c
\gset
select credits_tests.shows(
  credits_tests.answer(format('credits.balance_at(%L, %L)', :'profile', c.at)),
  jsonb_build_object('available', c.available), c.description
)
from (values
  ('2020-01-01 12:00:19Z'::timestamptz, 500, 'later: before what happened meanwhile'),
  ('2020-01-01 12:00:29Z', 610, 'later: after it'),
  ('2020-01-01 12:00:30Z', 1610, 'later: now')
) c (at, available, description);

-- Deadlines are those of the clock.
select credits_tests.set_time('2020-01-01 12:00:00Z') as back,
       credits_tests.hold(:'profile', 5, '10 seconds') as job,
       credits_tests.pack(:'profile', 50, '2020-01-01 12:00:15Z') as pack
\gset
select is(
  (select to_jsonb(array[j.created_at, j.hold_expires_at]) from credits.jobs j where j.id = :'job'),
  '["2020-01-01T12:00:00+00:00", "2020-01-01T12:00:10+00:00"]', 'a hold begins now'
);
select credits_tests.set_time('2020-01-01 12:00:10Z') as later \gset
select is((select count(*) from credits.expire_holds()), 1::bigint, 'its deadline has come');
select credits_tests.set_time('2020-01-01 12:00:15Z') as later \gset
select is((select count(*) from credits.expire_packs()), 1::bigint, 'so has that of the pack');

-- Batches.
select credits_tests.set_time('2020-01-01 11:00Z') as back,
       gen_random_uuid() as one, gen_random_uuid() as two
\gset
select credits_tests.outcomes(
         'reserve_credits_many',
         jsonb_build_array(
           jsonb_build_object('profile_id', :'profile', 'job_id', :'one', 'cost', 7),
           jsonb_build_object('profile_id', :'other', 'job_id', :'two', 'cost', 7)))
       || credits_tests.outcomes(
            'settle_job_many', jsonb_build_array(
              jsonb_build_object('job_id', :'one', 'actual_cost', 5),
              jsonb_build_object('job_id', :'two', 'actual_cost', 5)))
       || credits_tests.outcomes(
            'refund_job_many', jsonb_build_array(jsonb_build_object('job_id', :'one'),
                                                 jsonb_build_object('job_id', :'two')))
       || credits_tests.outcomes(
            'grant_addon_many', jsonb_build_array(
              jsonb_build_object('profile_id', :'profile', 'amount', 5, 'reference', 'many'),
              jsonb_build_object('profile_id', :'other', 'amount', 5, 'reference', 'many')))
       || credits_tests.outcomes(
            'renew_monthly_many', jsonb_build_array(
              jsonb_build_object('profile_id', :'profile', 'period_start', '2020-01-01 13:00Z',
                                 'allowance', 5),
              jsonb_build_object('profile_id', :'other', 'period_start', '2020-01-01 13:00Z',
                                 'allowance', 5))) as outcomes
\gset
select is(
  array[credits_tests.ts_ascends(:'profile'), credits_tests.ts_ascends(:'other')],
  array['t 13', 't 6'], 'ts ascends, through batches and sweepers too'
);
select is_empty(
  format('select * from credits.check_integrity(%L) union all select * from credits.check_integrity(%L)',
         :'profile', :'other'),
  'the books are sound'
);

select * from finish();
rollback;
