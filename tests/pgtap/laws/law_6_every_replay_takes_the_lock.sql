begin;
\ir ../helpers.psql
select plan(18);

-- A profile with two jobs, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as refunded,
       credits_tests.job(:'profile', 1000) as undone, credits_tests.job(:'profile', 50) as held
\gset
select credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.refund(:'refunded', 100, 'part-1'),
       credits_tests.refund(:'refunded'),
       credits_tests.roll_back(:'undone') as done
\gset

select is(credits_tests.locks(:'profile', c.call, c.job), 'unlocked, replayed, locked', c.call)
  from (values
    ('credits.open_profile(%L, 500, 5000)', null),
    ('credits.grant_addon(%L, 700, ''order-1'')', null),
    ('credits.reserve_credits(%L, %L, 50)', :'held'::uuid),
    ('credits.refund_job(%2$L, 100, ''part-1'')', :'refunded'),
    ('credits.refund_job(%2$L)', :'refunded'),
    ('credits.rollback_reservation(%2$L)', :'undone')
  ) c (call, job);

-- A profile with a settled job, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.settle(:'job', 700),
       credits_tests.grant_credits(:'profile', 700, 'order-1'),
       credits_tests.renew(:'profile', '2020-02-01 00:00Z', 800),
       credits_tests.change(:'profile', '2020-02-01 00:00Z', 700, 'plan'),
       credits_tests.revoke(:'profile', 'order-1', 5),
       credits_tests.revoke(:'profile', 'order-1', 5, 'refund-1'),
       credits_tests.reinstate(:'profile', 'order-1'),
       credits_tests.revoke_month(:'profile', '2020-02-01 00:00Z', 5, 'refund-1'),
       credits_tests.reinstate_month(:'profile', '2020-02-01 00:00Z'),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
                                   :'profile', 'a', 'why', 'who')),
       credits.set_topup(:'profile', 9007199254740991, 600),
       credits.decline_topup(:'profile', format('topup-%s-1', :'profile')),
       credits_tests.close(:'profile'),
       credits.open_profile('33333333-3333-4333-8333-333333333333'),
       credits_tests.move(:'profile', '33333333-3333-4333-8333-333333333333')
\gset done_

select is(credits_tests.locks(:'profile', c.call, :'job'), 'unlocked, replayed, locked', c.call)
  from (values
    ('credits.settle_job(%2$L, 700)'),
    ('credits.renew_monthly(%1$L, ''2020-02-01 00:00Z'', 800)'),
    ('credits.change_allowance(%1$L, ''2020-02-01Z'', 700, ''plan'')'),
    ('credits.revoke_grant(%1$L, ''order-1'', ''refund-1'', 5, ''why'', ''who'')'),
    ('credits.reinstate_grant(%1$L, ''order-1'', ''dispute-1'', ''why'', ''who'')'),
    ('credits.revoke_renewal(%1$L, ''2020-02-01Z'', ''refund-1'', 5, ''why'', ''who'')'),
    ('credits.reinstate_renewal(%1$L, ''2020-02-01Z'', ''dispute-1'', ''why'', ''who'')'),
    ('credits.adjust_credits(%1$L, ''a'', 1, 1, ''why'', ''who'')'),
    (format('credits.decline_topup(%%1$L, ''topup-%s-1'')', :'profile')),
    ('credits.set_overdraft_limit(%1$L, 0, ''why'', ''who'')'),
    ('credits.close_profile(%1$L, ''why'', ''who'')'),
    ('credits.move_credits(%1$L, ''33333333-3333-4333-8333-333333333333'', ''merge-1'', ''why'', '
     '''who'')')
  ) c (call);

select * from finish();
rollback;
