begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(100, 0) as profile
\gset
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.hold(:'profile', 30, '40 days'), credits_tests.hold(:'profile', 20, '40 days')
\gset hold_
select credits_tests.set_time('2030-02-01 00:00Z') as february,
       credits_tests.renew(:'profile', '2030-02-01 00:00Z', 7, 85) as renewed
\gset
select credits_tests.set_time('2030-03-01 00:00Z') as later \gset

select results_eq(
  format('select sum(r.amount)::bigint, sum(r.monthly_lapsed)::bigint
            from credits.expire_holds() r where r.profile_id = %L', :'profile'),
  'values (50::bigint, 15::bigint)',
  'what the month would not have carried lapses'
);
select is(credits_tests.buckets(:'profile'), '92 + 0', 'the rest is there');
select is(
  (select concat(r.unused, ' ', r.carried) from credits.renewals r where r.profile_id = :'profile'),
  '100 85', 'and the month knows of both'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
