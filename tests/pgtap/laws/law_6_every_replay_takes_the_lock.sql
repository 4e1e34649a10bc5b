begin;
\ir ../helpers.psql
select plan(6);

-- A profile with two jobs, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as refunded,
       credits_tests.job(:'profile', 1000) as undone
\gset
select credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.refund_job(%L, 100, %L)', :'refunded', 'part-1')),
       credits_tests.answer(format('credits.refund_job(%L)', :'refunded')),
       credits_tests.answer(format('credits.rollback_reservation(%L)', :'undone')) as done
\gset

select is(credits_tests.locks(:'profile', c.call, c.job), 'unlocked, replayed, locked', c.call)
  from (values
    ('credits.open_profile(%L, 500, 5000)', null),
    ('credits.grant_addon(%L, 700, ''order-1'')', null),
    ('credits.reserve_credits(%L, %L, 2000)', :'refunded'::uuid),
    ('credits.refund_job(%2$L, 100, ''part-1'')', :'refunded'),
    ('credits.refund_job(%2$L)', :'refunded'),
    ('credits.rollback_reservation(%2$L)', :'undone')
  ) c (call, job);

select * from finish();
rollback;
