begin;
\ir ../helpers.psql
select plan(9);

update credits.settings set event_kinds = '{credits.low}', low_balance = 50;
select min(p.id::text)::uuid as before from credits.profiles p \gset
select credits_tests.profile(60, 0) as opened \gset
select credits_tests.job(:'opened', 20) as job \gset
select is(credits_tests.events(:'opened'), 'credits.low 2', 'a new profile has it from the start');

update credits.settings set low_balance = 30;
select credits_tests.watch(credits_tests.profile(60, 0), 20) as own \gset
create temporary table pages as
with recursive page (last) as (
  select credits.watch_profiles(null, 1)
  union all
  select credits.watch_profiles(p.last, 1) from page p where p.last is not null
)
select p.last from page p;
select is(
  (select count(*) from pages p where p.last is not null),
  (select count(*) from credits.profiles p), 'each profile once'
);
select is(
  (select array_agg(p.last order by p.last) from pages p),
  (select array_agg(p.last) from pages p), 'in the order of their ids'
);
select is(
  (select a.low_balance from credits.alerts a where a.profile_id = :'opened'), 30::bigint,
  'who follows the settings has the new ones'
);
select is((select a.low from credits.alerts a where a.profile_id = :'opened'), false,
          'and is not low any more');
select is((select a.low_balance from credits.alerts a where a.profile_id = :'own'), 20::bigint,
          'who has an alert of its own keeps it');
select credits_tests.fingerprint() as before \gset
select is(credits.watch_profiles(null, 1000) is not null, true, 'the same settings again');
select is(credits_tests.fingerprint(), :'before', 'change nothing');
select credits_tests.sound(:'opened');

select * from finish();
rollback;
