begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.set_time('2030-01-01 00:00Z') as now \gset
select credits_tests.profile(0, 0) as profile \gset
select credits_tests.pack(:'profile', 10, '2030-01-09 00:00Z') as reopened \gset
select credits_tests.job(:'profile', 10) as job \gset
select credits_tests.pack(:'profile', 20, '2030-01-12 00:00Z') as early \gset
select credits_tests.set_time('2030-01-10 00:00Z') as now \gset
select credits_tests.refund(:'job') as refunded \gset

select is(
  (select array_agg(k.expires_at order by k.seq) from credits.packs k where k.profile_id = :'profile'),
  array['2030-01-18 00:00Z', '2030-01-12 00:00Z']::timestamptz[],
  'the first is open for another eight days'
);
select credits_tests.sound(:'profile', 'the profile knows that the second ends before');
select credits_tests.set_time('2030-01-12 00:00Z') as now \gset
select is((credits.get_balance(:'profile')).available, 10::bigint, 'and it does');

select * from finish();
rollback;
