begin;
\ir ../helpers.psql
select plan(8);

select gen_random_uuid() as profile, gen_random_uuid() as one, gen_random_uuid() as two,
       gen_random_uuid() as free
\gset

select credits_tests.replays(c.call, credits_tests.answer(c.call), c.call)
  from (values
    (format('credits.open_profile(%L, 500, 5000)', :'profile')),
    (format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
    (format('credits.reserve_credits(%L, %L, 2000)', :'profile', :'one')),
    (format('credits.reserve_credits(%L, %L, 3000)', :'profile', :'two')),
    (format('credits.reserve_credits(%L, %L, 0)', :'profile', :'free')),
    (format('credits.refund_job(%L, 100, %L)', :'one', 'part-1')),
    (format('credits.refund_job(%L)', :'one')),
    (format('credits.rollback_reservation(%L)', :'two'))
  ) c (call);

select * from finish();
rollback;
