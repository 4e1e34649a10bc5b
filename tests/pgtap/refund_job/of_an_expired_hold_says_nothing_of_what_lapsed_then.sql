begin;
\ir ../helpers.psql
select plan(3);

-- A hold of monthly and addon credits, whose month and whose promo pack are over when it expires.
update credits.settings set closed_period_refund = 'lapse';
select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.profile(50, 0) as profile \gset
select credits_tests.pack(:'profile', 40, '2030-01-02 00:00Z', 'promo') as pack,
       credits_tests.hold(:'profile', 80, '9 days') as job \gset
select credits_tests.renew(:'profile', '2030-01-05 00:00Z', 100) as renewed \gset
select credits_tests.set_time('2030-01-20 00:00Z') as now \gset

select credits_tests.shows(
  (select to_jsonb(e) from credits.expire_holds() e where e.profile_id = :'profile'),
  '{"amount": 80, "monthly_refunded": 50, "addon_refunded": 30, "monthly_lapsed": 50,
    "addon_lapsed": 30, "previous_balance": 100, "new_balance": 100, "replayed": false}',
  'all of it lapses'
);
select credits_tests.shows(
  credits_tests.answer(format('credits.refund_job(%L)', :'job')),
  '{"amount": 0, "monthly_refunded": 0, "addon_refunded": 0, "monthly_lapsed": 0,
    "addon_lapsed": 0, "previous_balance": 100, "new_balance": 100, "replayed": true,
    "state": "expired"}',
  'a refund that comes later gives nothing back, and nothing lapses'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
