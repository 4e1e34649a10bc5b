begin;
\ir ../helpers.psql
select plan(6);

select credits_tests.profile(40, 0) as profile \gset
select credits.set_alert(:'profile', 50, '{credits.low}') as watched \gset
select credits_tests.shows(
  credits_tests.answer(format('credits.set_alert(%L, 50, ''{}'')', :'profile')),
  '{"low_balance": 50, "kinds": [], "low": false, "depleted": false}', 'nothing is told'
);
select is((select p.watched from credits.profiles p where p.id = :'profile'), false,
          'so that its calls do nothing more than those of other profiles');
select credits_tests.job(:'profile', 40) as job \gset
select is(credits_tests.events(:'profile'), null, 'also when it runs out of credits');
select credits_tests.sound(:'profile', 'and nothing is missed');

select credits_tests.shows(
  credits_tests.answer(format('credits.set_alert(%L, 50, ''{credits.low}'')', :'profile')),
  '{"low": true, "depleted": true}', 'told of it again: what is so already'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
