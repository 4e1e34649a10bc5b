begin;
\ir ../helpers.psql
select plan(5);

update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.profile(500, 0) as profile \gset
select credits_tests.job(:'profile', 500) as job \gset
select credits_tests.answer(format('credits.renew_monthly(%L, %L, 800, 200)',
                                   :'profile', '2030-02-01 00:00Z')) as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, %s, %L)', :'job', c.amount, c.amount)),
  jsonb_build_object('amount', c.amount, 'monthly_lapsed', c.lapsed, 'new_balance', c.balance),
  format('%s', c.amount)
)
from (values (150, 0, 950), (100, 50, 1000), (250, 250, 1000)) c (amount, lapsed, balance);
select is(
  (select concat(r.unused, ', ', r.carried) from credits.renewals r
    where r.profile_id = :'profile'),
  '500, 200', 'the renewal took all of it up'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
