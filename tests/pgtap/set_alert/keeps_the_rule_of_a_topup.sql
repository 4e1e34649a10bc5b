begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(100, 0) as profile \gset
select credits.set_topup(:'profile', 30, 500) as rule \gset
select is(
  (select array_to_string(a.kinds, ' ') from credits.set_alert(:'profile', 50) a),
  'topup.requested', 'those of settings, and what the rule needs'
);
select credits_tests.job(:'profile', 80) as job \gset
select is(credits_tests.topups(:'profile'), 'open 500', 'it asks');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
