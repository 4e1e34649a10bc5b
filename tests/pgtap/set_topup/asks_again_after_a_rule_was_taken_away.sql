begin;
\ir ../helpers.psql
select plan(5);

-- The payment of a request arrives while there is no rule.
select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(10, 0) as profile
\gset
select credits.set_topup(:'profile', 30, 500) as rule,
       credits.set_topup(:'profile', null) as none,
       credits_tests.grant_credits(:'profile', 500, format('topup-%s-1', :'profile')) as paid
\gset
select is(credits_tests.topups(:'profile'), 'granted 500', 'it is answered');
select credits.set_topup(:'profile', 30, 500) as again \gset
select is(credits_tests.topups(:'profile'), 'granted 500', 'and no other one is made');
select credits_tests.job(:'profile', 505) as job \gset
select is(credits_tests.topups(:'profile'), 'granted 500, open 500', 'and a new one is made');

-- Another card.
select credits.decline_topup(:'profile', format('topup-%s-2', :'profile'), '30 days') as declined,
       credits.set_topup(:'profile', 30, 500) as another_card
\gset
select is(credits_tests.topups(:'profile'), 'granted 500, declined 500, open 500',
          'the rule set again ends a pause');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
