begin;
\ir ../helpers.psql
select plan(11);

select credits_tests.set_time('2030-01-10 00:00Z') as now,
       credits_tests.profile(100, 0) as profile
\gset
select is(
  (select to_jsonb(a) - 'profile_id' from credits.set_topup(:'profile', 50, 500, 2) a),
  '{"low_balance": null, "kinds": ["topup.requested"], "low": false, "depleted": false,
    "is_default": false, "topup_below": 50, "topup_amount": 500, "topups_a_month": 2,
    "topup_paused_until": null}'::jsonb, 'the rule'
);
select credits_tests.job(:'profile', 50) as at_it \gset
select is(credits_tests.topups(:'profile'), null, 'not at the limit');
select credits_tests.job(:'profile', 1) as below, credits_tests.job(:'profile', 1) as again \gset
select is(credits_tests.topups(:'profile'), 'open 500', 'below it, once');
select is(
  (select string_agg(format('%s %s %s', e.kind, e.seq, e.payload), ', ')
     from credits.events e where e.profile_id = :'profile'),
  format('topup.requested 3 {"amount": 500, "balance": 49, "reference": "topup-%s-1"}',
         :'profile'),
  'with the reference that the grant must have'
);
select credits_tests.grant_credits(:'profile', 500, 'another') as another \gset
select is(credits_tests.topups(:'profile'), 'open 500', 'another grant does not answer it');
select credits_tests.grant_credits(:'profile', 400, format('topup-%s-1', :'profile')) as paid \gset
select is(credits_tests.topups(:'profile'), 'granted 500', 'the one under its reference does');
select credits_tests.job(:'profile', 900) as second,
       credits_tests.grant_credits(:'profile', 500, format('topup-%s-2', :'profile')) as paid,
       credits_tests.job(:'profile', 500) as third
\gset
select is(credits_tests.topups(:'profile'), 'granted 500, granted 500', 'twice a month');
select credits_tests.set_time('2030-02-01 00:00Z') as february,
       credits_tests.job(:'profile', 1) as fourth
\gset
select is(credits_tests.topups(:'profile'), 'granted 500, granted 500, open 500',
          'and again in the next');
select is((select a.topup_below from credits.set_topup(:'profile', null) a), null, 'no more');
select credits_tests.sound(:'profile');

select credits_tests.profile(10, 0) as low \gset
select credits.set_topup(:'low', 50, 500) as rule \gset
select is(credits_tests.topups(:'low'), 'open 500', 'at once where it is low already');

select * from finish();
rollback;
