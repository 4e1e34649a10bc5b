begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(300, 40) as one, credits_tests.profile(0, 0) as other,
       credits_tests.profile(50, 0) as closed
\gset
select credits.close_profile(:'closed', 'why', 'who') as done \gset

create temporary table answer as
select r.*
  from credits.renew_monthly_many(jsonb_build_array(
         jsonb_build_object('profile_id', :'one', 'period_start', '2026-03-01T00:00:00Z',
                            'allowance', 500, 'rollover_cap', 100),
         jsonb_build_object('profile_id', :'closed', 'period_start', '2026-03-01T00:00:00Z',
                            'allowance', 500),
         jsonb_build_object('profile_id', gen_random_uuid(),
                            'period_start', '2026-03-01T00:00:00Z', 'allowance', 500),
         jsonb_build_object('profile_id', :'other', 'period_start', '2026-03-01T00:00:00Z',
                            'allowance', 0, 'rollover_cap', null),
         jsonb_build_object('profile_id', :'one', 'period_start', '2026-03-01T00:00:00Z',
                            'allowance', 500, 'rollover_cap', 100),
         jsonb_build_object('profile_id', :'one', 'period_start', '2026-03-01T00:00:00Z',
                            'allowance', 501),
         jsonb_build_object('profile_id', :'one', 'period_start', '2026-04-01T00:00:00Z',
                            'allowance', 500, 'rollover_cap', 50),
         jsonb_build_object('profile_id', :'one', 'period_start', '2026-03-15T00:00:00Z',
                            'allowance', 500),
         jsonb_build_object('profile_id', :'other', 'period_start', '9026-03-01T00:00:00Z',
                            'allowance', 500),
         jsonb_build_object('profile_id', :'other', 'allowance', 500))) r;
select is(
  (select string_agg(coalesce(a.error ->> 'message',
                              case when (a.renewal).replayed then 'replayed' else 'done' end), ' '
                     order by a.position)
     from answer a),
  'done profile_closed profile_not_found done replayed period_conflict done period_conflict '
  'invalid_interval missing_argument',
  'each has its own answer, and who is closed stops nobody'
);
select is(
  (select to_jsonb(a.renewal) from answer a where a.position = 1),
  jsonb_build_object(
    'profile_id', :'one', 'period_start', timestamptz '2026-03-01Z', 'allowance', 500,
    'carried', 100, 'lapsed', 200, 'previous_balance', 340, 'new_balance', 640, 'seq', 2,
    'replayed', false),
  'the answer is that of renew_monthly'
);
select is(
  (select a.error -> 'details' from answer a where a.position = 8),
  jsonb_build_object('current', timestamptz '2026-04-01Z', 'given', timestamptz '2026-03-15Z'),
  'a refusal knows what came before it in the batch'
);
select is(
  concat_ws('; ', credits_tests.history(:'one', 1), credits_tests.history(:'other', 1)),
  'renew +300 +0, renew -50 +0; renew +0 +0',
  'the ledger has a row for each, even if nothing moves'
);
select is(
  (select array_agg(concat(r.unused, ' ', r.carried) order by r.period_start)
     from credits.renewals r
    where r.profile_id = :'one'),
  array['300 100', '600 50'],
  'what was left of each month is kept'
);
select is_empty(
  format('select * from credits.check_integrity(%L) union all select * from credits.check_integrity(%L)',
         :'one', :'other'),
  'the books are sound'
);

select * from finish();
rollback;
