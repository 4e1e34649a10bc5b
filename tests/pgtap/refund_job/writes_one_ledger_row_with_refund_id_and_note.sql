begin;
\ir ../helpers.psql
select plan(7);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job') as done \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object(
    'seq', 3, 'kind', 'refund', 'job_id', :'job', 'reference', null, 'actor', null,
    'monthly_delta', 500, 'addon_delta', 1500, 'monthly_balance', 500, 'addon_balance', 5000
  ),
  'the row has what came back and what is there now'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1500)', :'job'),
  'its reason says the same to people'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  3::bigint,
  'it is one row'
);

-- A part.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.refund(:'job', 1600, 'part-1') as done \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  jsonb_build_object('seq', 3, 'kind', 'refund', 'job_id', :'job', 'reference', 'part-1',
                     'monthly_delta', 100, 'addon_delta', 1500),
  'the row of a part has its refund_id'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +100, addon: +1500)', :'job'),
  'and the same reason as any refund'
);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset

select credits_tests.answer(
  format('credits.refund_job(%L, 100, %L, %L)', :'job', 'part-1', 'ten rows were bad')
) as done \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: 0, addon: +100): ten rows were bad', :'job'),
  'the note of a part stands at the end'
);
select credits_tests.answer(
  format('credits.refund_job(%L, reason => %L)', :'job', 'the file was bad')
) as done \gset
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  format('job refund: %s (monthly: +500, addon: +1400): the file was bad', :'job'),
  'so does the note of a whole refund'
);

select * from finish();
rollback;
