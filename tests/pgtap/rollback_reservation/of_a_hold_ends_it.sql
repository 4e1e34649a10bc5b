begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile
\gset
select credits_tests.hold(:'profile', 2000, '1 hour') as open,
       credits_tests.hold(:'profile', 10, '10 minutes') as overdue,
       credits_tests.set_time('2030-01-01 00:10Z') as later
\gset

select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'open')),
  '{"state": "rolled_back", "amount": 2000, "new_balance": 5500}', 'an open hold'
);
select credits_tests.shows(
  credits_tests.job_row(:'open'), '{"hold_due_at": null}', 'the job has no deadline any more'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'overdue')),
  '{"state": "expired", "amount": 0, "replayed": true}', 'an overdue hold has expired by itself'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
