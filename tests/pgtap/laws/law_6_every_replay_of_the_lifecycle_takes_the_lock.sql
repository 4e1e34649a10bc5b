begin;
\ir ../helpers.psql
select plan(6);

-- A profile with a settled job, and what each call needs to be a replay on it.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
select credits_tests.answer(format('credits.settle_job(%L, 700)', :'job')),
       credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
       credits_tests.answer(format('credits.renew_monthly(%L, %L, 800)',
                                   :'profile', '2030-02-01 00:00Z')),
       credits_tests.answer(format('credits.revoke_grant(%L, %L, 5, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who')),
       credits_tests.answer(format('credits.reinstate_grant(%L, %L, %L, %L)',
                                   :'profile', 'order-1', 'why', 'who')),
       credits_tests.answer(format('credits.adjust_credits(%L, %L, 1, 1, %L, %L)',
                                   :'profile', 'a', 'why', 'who')),
       credits_tests.answer(format('credits.close_profile(%L, %L, %L)', :'profile', 'why', 'who'))
\gset done_

select is(credits_tests.locks(:'profile', c.call, :'job'), 'unlocked, replayed, locked', c.call)
  from (values
    ('credits.settle_job(%2$L, 700)'),
    ('credits.renew_monthly(%1$L, ''2030-02-01 00:00Z'', 800)'),
    ('credits.reinstate_grant(%1$L, ''order-1'', ''why'', ''who'')'),
    ('credits.adjust_credits(%1$L, ''a'', 1, 1, ''why'', ''who'')'),
    ('credits.set_overdraft_limit(%1$L, 0, ''why'', ''who'')'),
    ('credits.close_profile(%1$L, ''why'', ''who'')')
  ) c (call);

select * from finish();
rollback;
