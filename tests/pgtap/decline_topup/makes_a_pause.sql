begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.set_time('2030-01-10 00:00Z') as now,
       credits_tests.profile(10, 0) as profile
\gset
select credits.set_topup(:'profile', 50, 500) as rule,
       format('topup-%s-1', :'profile') as reference
\gset
select is(
  (select to_jsonb(t) - 'profile_id' from credits.decline_topup(:'profile', :'reference', '2 days') t),
  jsonb_build_object(
    'reference', :'reference', 'amount', 500, 'state', 'declined',
    'requested_at', '2030-01-10 00:00Z'::timestamptz, 'closed_at', '2030-01-10 00:00Z'::timestamptz,
    'paused_until', '2030-01-12 00:00Z'::timestamptz, 'replayed', false
  ),
  'declined'
);
select credits_tests.job(:'profile', 1) as job \gset
select is(credits_tests.topups(:'profile'), 'declined 500', 'nothing is asked for');
select is(
  (select concat(t.replayed, ' ', t.paused_until = '2030-01-12 00:00Z')
     from credits.decline_topup(:'profile', :'reference', '9 days') t),
  't t', 'a replay leaves the pause as it is'
);
select credits_tests.set_time('2030-01-12 00:00Z') as over, credits_tests.job(:'profile', 1) as job \gset
select is(credits_tests.topups(:'profile'), 'declined 500, open 500', 'until the pause is over');
select credits_tests.grant_credits(:'profile', 500, format('topup-%s-2', :'profile')) as paid \gset
select credits_tests.refuses(
  format('select credits.decline_topup(%L, %L)', :'profile', format('topup-%s-2', :'profile')),
  'PT409', 'wrong_state', '{"state": "granted"}', 'one that was granted'
);
select credits_tests.grant_credits(:'profile', 500, :'reference') as late_payment \gset
select is(credits_tests.topups(:'profile'), 'declined 500, granted 500',
          'a payment that comes after all is a grant, and nothing else');
select throws_ok(
  format('select credits.decline_topup(%L, ''topup-9'')', :'profile'), 'PT404', 'topup_not_found',
  'one that there is not'
);
select throws_ok('select credits.decline_topup(gen_random_uuid(), ''a'')', 'PT404',
                 'profile_not_found', 'an unknown profile');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
