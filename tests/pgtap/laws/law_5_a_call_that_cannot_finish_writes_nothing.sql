begin;
\ir ../helpers.psql
select plan(5);

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

select * from finish();
rollback;
