begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(0, 100) as profile \gset
select is(
  credits.set_topup(:'profile', null),
  row(:'profile', null, '{}', false, false, true, null, null, null, null)::credits.alert,
  'nothing is told of it'
);
select is_empty(format('select from credits.alerts a where a.profile_id = %L', :'profile'),
                'it has no alert');
select is((select p.watched from credits.profiles p where p.id = :'profile'), false,
          'and is not watched');

-- What settings say of it, they go on saying.
select credits_tests.watch(:'profile', 50) \g /dev/null
update credits.alerts a set is_default = true where a.profile_id = :'profile';
select is((credits.set_topup(:'profile', null)).is_default, true, 'the alert is as it was');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
