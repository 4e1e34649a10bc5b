begin;
\ir ../helpers.psql
select plan(9);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 1000) as refunded,
       credits_tests.job(:'profile', 1000) as undone
\gset
select credits_tests.close(:'profile') as done \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L, 400, %L)', :'refunded', 'part-1')),
  '{"amount": 400}', 'a refund of a part'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
  '{"amount": 600}', 'a refund of the rest'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.rollback_reservation(%L)', :'undone')),
  '{"amount": 1000, "new_balance": 5500}', 'a rollback'
);
select lives_ok(format(c.call, :'profile', :'undone'), c.call)
  from (values ('select credits.get_balance(%1$L)'), ('select credits.get_statement(%1$L)'),
               ('select credits.balance_at(%1$L, now())'), ('select credits.explain_job(%2$L)'),
               ('select credits.check_integrity(%1$L)')) c (call);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
