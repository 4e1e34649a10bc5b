begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 1000) as profile
\gset
select credits_tests.hold(:'profile', 800, '1 hour') as job \gset
select credits_tests.set_time('2030-01-01 01:00Z') as later \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.settle_job(%L)', :'job')),
  '{"settled_cost": 0, "addon_deducted": 0, "addon_refunded": 0, "late": true,
    "previous_balance": 1000, "new_balance": 1000, "seq": 3}',
  'an expired hold holds nothing'
);
select credits_tests.shows(
  credits_tests.job_row(:'job'), '{"state": "settled", "closing_seq": null}', 'it is settled'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
