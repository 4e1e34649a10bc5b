begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported_with_a_job() as profile \gset
select credits_tests.answer(format('credits.renew_monthly(%L, now(), 800)', :'profile')) as done
\gset
select credits_tests.answer(format('credits.refund_job(%L, 1700, %L)',
                                   credits_tests.old_id('A'), 'part-1')) as done
\gset

select is(
  credits_tests.buckets(:'profile'), '1000 + 5000',
  'with restore, monthly credits come back to the current month'
);
update credits.settings s set closed_period_refund = 'lapse';
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', credits_tests.old_id('A'))),
  '{"monthly_refunded": 300, "monthly_lapsed": 300, "new_balance": 6000}',
  'with lapse they lapse'
);
select is(credits_tests.buckets(:'profile'), '1000 + 5000', 'they are gone');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
