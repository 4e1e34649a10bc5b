begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.set_time('2030-01-09 10:00Z') as now, credits_tests.profile(10, 20) as profile
\gset
select credits_tests.pack(:'profile', 30, '2030-01-10 00:00Z', 'promo', -1, 'early'),
       credits_tests.pack(:'profile', 30, '2030-02-01 00:00Z', reference => 'late'),
       credits_tests.set_overdraft(:'profile', 40),
       credits_tests.limit_spender(:'profile', 'ann', 'week', 120)
\gset set_
select credits_tests.spend(:'profile', 'ann', 120) as job \gset
select is(credits_tests.spent(:'profile'), 'ann week 120', 'whatever gave the credits');
select credits_tests.refund(:'job', 50, 'part') as done \gset
select is(credits_tests.spent(:'profile'), 'ann week 70', 'and wherever they go');
select credits.renew_monthly(:'profile', '2030-01-09 00:00Z', 5) as month,
       credits_tests.set_time('2030-01-10 00:00Z') as now
\gset
select credits_tests.refund(:'job', 60, 'more') as done \gset
select is(credits_tests.spent(:'profile'), 'ann week 10', 'also to a pack that is over');
select credits_tests.refund(:'job') as done \gset
select is(credits_tests.spent(:'profile'), 'ann week 0', 'to the last one');
select is(
  (select string_agg(l.kind, ' ' order by l.seq) from credits.ledger l
    where l.profile_id = :'profile' and l.kind = 'lapse'),
  'lapse lapse', 'though some of it lapsed'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
