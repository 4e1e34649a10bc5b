begin;
\ir ../helpers.psql
select plan(18);

-- Each writer adds a ledger row last; a row in its place makes that fail.
select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.job(:'profile', 2000) as job \gset
insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values (:'profile', 3, clock_timestamp(), 'adjust', 0, 0, 0, 3500, 'in the way');
select credits_tests.fingerprint() as before \gset

select throws_ok(format('select %s', c.call), '23505', null, c.call)
  from (values
    (format('credits.grant_addon(%L, 700, %L)', :'profile', 'order-1')),
    (format('credits.reserve_credits(%L, gen_random_uuid(), 100)', :'profile')),
    (format('credits.refund_job(%L)', :'job')),
    (format('credits.rollback_reservation(%L)', :'job'))
  ) c (call);
select is(credits_tests.fingerprint(), :'before', 'every row is as it was');

-- Each writer adds a ledger row; a row in its place makes that fail.
select credits_tests.profile_with_everything() as profile \gset
select credits_tests.job(:'profile', 300) as less, credits_tests.job(:'profile', 300) as more,
       p.seq + 3 as seq
  from credits.profiles p where p.id = :'profile'
\gset
insert into credits.ledger (profile_id, seq, ts, kind, monthly_delta, addon_delta,
                            monthly_balance, addon_balance, reason)
values (:'profile', :seq, clock_timestamp(), 'adjust', 0, 0, 0, 3500, 'in the way');
select credits_tests.fingerprint() as before \gset

select throws_ok(format('select credits.' || c.call, :'profile', :'less', :'more'), '23505', null,
                 c.call)
  from (values
    ('settle_job(%2$L, 1)'),
    ('settle_job(%3$L, 400)'),
    ('grant_addon(%1$L, 5, ''a'', ''2099-01-01'')'),
    ('renew_monthly(%1$L, ''2020-02-01 00:00Z'', 5)'),
    ('change_allowance(%1$L, ''2020-01-01Z'', 5, ''plan-2'')'),
    ('revoke_grant(%1$L, ''pack 100'', ''refund-1'', 2, ''why'', ''who'')'),
    ('reinstate_grant(%1$L, ''pack 100'', ''dispute-1'', ''why'', ''who'')'),
    ('revoke_renewal(%1$L, ''2020-01-01Z'', ''refund-1'', 2, ''why'', ''who'')'),
    ('reinstate_renewal(%1$L, ''2020-01-01Z'', ''dispute-1'', ''why'', ''who'')'),
    ('adjust_credits(%1$L, ''a'', 1, -1, ''why'', ''who'')'),
    ('set_overdraft_limit(%1$L, 5, ''why'', ''who'')'),
    ('close_profile(%1$L, ''why'', ''who'')')
  ) c (call);
select is(credits_tests.fingerprint(), :'before', 'every row is as it was');

select * from finish();
rollback;
