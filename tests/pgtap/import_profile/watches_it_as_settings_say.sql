begin;
\ir ../helpers.psql
select plan(3);

select gen_random_uuid() as profile, gen_random_uuid() as unwatched \gset
select credits.import_profile(:'unwatched', 10, 0, accept => '{history_truncated}') as done \gset
update credits.settings set event_kinds = '{credits.depleted}', low_balance = 20;
select credits.import_profile(:'profile', 10, 0, accept => '{history_truncated}') as done \gset
select is(
  (select string_agg(concat_ws(' ', p.id = :'profile', p.watched), ', ' order by p.watched)
     from credits.profiles p where p.id in (:'profile', :'unwatched')),
  'f f, t t', 'who is imported while they ask for it'
);
select credits_tests.job(:'profile', 10) as all_of_it \gset
select is(
  (select string_agg(concat_ws(' ', e.kind, e.seq), ', ') from credits.events e
    where e.profile_id = :'profile'),
  'credits.depleted 2', 'is told of'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
