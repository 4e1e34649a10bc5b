begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.renew(:'profile', '2020-01-01 00:00Z', 500),
       credits_tests.change(:'profile', '2020-01-01 00:00Z', 400, 'january'),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 500)
\gset done_
select credits_tests.answer(format('credits.change_allowance(%L, %L, 300, %L)', :'profile',
                                   '2020-02-01 00:00Z', 'plan-1')) as first \gset
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 900, 'plan-2') as done \gset
select credits_tests.replays(
  format('credits.change_allowance(%L, %L, 300, %L)', :'profile', '2020-02-01 00:00Z', 'plan-1'),
  :'first', 'a replay changes nothing, also after another change'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 301, %L)', :'profile', '2020-02-01 00:00Z',
         'plan-1'),
  'PT409', 'reference_conflict', '{"parameter": "allowance", "stored": 300, "given": 301}',
  'another allowance'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 300, %L)', :'profile', '2020-01-01 00:00Z',
         'plan-1'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'period_start', 'stored', '2020-02-01 00:00Z'::timestamptz,
                     'given', '2020-01-01 00:00Z'::timestamptz), 'another month'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 300, %L)', :'profile', '2020-01-02 00:00Z',
         'plan-1'),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'period_start', 'stored', '2020-02-01 00:00Z'::timestamptz,
                     'given', '2020-01-02 00:00Z'::timestamptz), 'a month that nobody began'
);
select credits_tests.replays(
  format('credits.change_allowance(%L, %L, 400, %L)', :'profile', '2020-01-01 00:00Z', 'january'),
  credits_tests.answer(format('credits.change_allowance(%L, %L, 400, %L)', :'profile',
                              '2020-01-01 00:00Z', 'january')) || '{"replayed": false}',
  'a month that is over replays'
);
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 10, %L)', :'profile', '2020-01-01 00:00Z',
         'plan-3'),
  'PT409', 'period_conflict',
  jsonb_build_object('current', '2020-02-01 00:00Z'::timestamptz,
                     'given', '2020-01-01 00:00Z'::timestamptz), 'and does not change'
);

-- A closed profile has less and not more.
select credits_tests.close(:'profile') as done \gset
select credits_tests.refuses(
  format('select credits.change_allowance(%L, %L, 901, %L)', :'profile', '2020-02-01 00:00Z',
         'plan-4'),
  'PT410', 'profile_closed', '{}', 'more'
);
select credits_tests.change(:'profile', '2020-02-01 00:00Z', 0, 'end') as done \gset
select is(credits_tests.buckets(:'profile'), '0 + 0', 'less');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
