begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.watch(credits_tests.profile(10, 0), 50) as profile \gset
select is(
  (select to_jsonb(a) - 'profile_id' - 'kinds'
     from credits.set_alert(:'profile', 50, '{credits.low}') a),
  '{"low_balance": 50, "low": true, "depleted": false, "is_default": false, "topup_below": null,
    "topup_amount": null, "topups_a_month": null, "topup_paused_until": null}'::jsonb,
  'it is low'
);
select credits_tests.job(:'profile', 1) as job \gset
select is(credits_tests.events(:'profile'), null, 'which is not told');
select credits_tests.fingerprint() as before \gset
select is((select a.low_balance from credits.set_alert(:'profile', 50, '{credits.low}') a),
          50::bigint, 'the same again');
select is(credits_tests.fingerprint(), :'before', 'changes nothing');
select is((select a.low from credits.set_alert(:'profile', 5, '{credits.low}') a), false,
          'a smaller limit');
select credits_tests.job(:'profile', 5) as job \gset
select is(credits_tests.events(:'profile'), 'credits.low 3', 'and below that');
-- Told, and back above by a return: other kinds do not make it news again.
select credits_tests.watch(credits_tests.profile(100, 0), 50) as other \gset
select credits_tests.job(:'other', 60) as job \gset
select credits_tests.refund(:'job') as back,
       (select a.low from credits.set_alert(:'other', 50, '{credits.low,hold.expired}') a) as low,
       credits_tests.job(:'other', 60) as again
\gset
select is(credits_tests.events(:'other'), 'credits.low 2', 'once');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
