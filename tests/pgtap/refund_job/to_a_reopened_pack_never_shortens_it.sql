begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 0) as profile
\gset
select credits_tests.pack(:'profile', 50, '2030-02-01 00:00Z', 'paid') as pack \gset
select credits_tests.job(:'profile', 30) as early,
       credits_tests.set_time('2030-01-31 00:00Z') as later
\gset
select credits_tests.job(:'profile', 20) as late,
       credits_tests.set_time('2030-03-01 00:00Z') as later
\gset
select credits_tests.refund(:'early') as done \gset
select credits_tests.refund(:'late') as done \gset

select credits_tests.shows(
  (select to_jsonb(k) from credits.packs k where k.profile_id = :'profile'),
  jsonb_build_object('remaining', 50, 'expires_at', '2030-04-01 00:00Z'::timestamptz),
  'a reopened pack takes credits like any open pack'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
