begin;
\ir ../helpers.psql
select plan(26);

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

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(500, 5000) as profile, credits_tests.profile(0, 0) as other
\gset
select gen_random_uuid() as hold, credits_tests.job(:'profile', 300) as job,
       credits_tests.job(:'profile', 200) as dear,
       credits.set_topup(:'profile', 5001, 600) as asked
\gset

select credits_tests.replays(c.call, credits_tests.answer(c.call), c.call)
  from (values
    (format('credits.grant_addon(%L, 700, %L, %L, %L, 3, %L)',
            :'profile', 'order-1', '2030-02-01 00:00Z', 'promo', 'note')),
    (format('credits.reserve_credits(%L, %L, 900, hold_for => %L)',
            :'profile', :'hold', '1 hour')),
    (format('credits.renew_monthly(%L, %L, 800, 100)', :'profile', '2030-01-01 00:00Z')),
    (format('credits.change_allowance(%L, %L, 700, %L)', :'profile', '2030-01-01 00:00Z', 'plan')),
    (format('credits.settle_job(%L, 100)', :'job')),
    (format('credits.settle_job(%L, 400)', :'dear')),
    (format('credits.refund_job(%L)', :'dear')),
    (format('credits.rollback_reservation(%L)', :'hold')),
    (format('credits.revoke_grant(%L, %L, %L, 200, %L, %L)', :'profile', 'order-1', 'refund-1',
            'why', 'who')),
    (format('credits.reinstate_grant(%L, %L, %L, %L, %L)', :'profile', 'order-1', 'refund-1',
            'why', 'who')),
    (format('credits.revoke_renewal(%L, %L, %L, 200, %L, %L)', :'profile', '2030-01-01 00:00Z',
            'refund-1', 'why', 'who')),
    (format('credits.reinstate_renewal(%L, %L, %L, %L, %L)', :'profile', '2030-01-01 00:00Z',
            'refund-1', 'why', 'who')),
    (format('credits.adjust_credits(%L, %L, -5, 5, %L, %L)', :'profile', 'a', 'why', 'who')),
    (format('credits.decline_topup(%L, %L)', :'profile', format('topup-%s-1', :'profile'))),
    (format('credits.set_overdraft_limit(%L, 60, %L, %L)', :'profile', 'why', 'who')),
    (format('credits.close_profile(%L, %L, %L)', :'profile', 'why', 'who')),
    (format('credits.move_credits(%L, %L, %L, %L, %L)', :'profile', :'other', 'm', 'why', 'who'))
  ) c (call);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
