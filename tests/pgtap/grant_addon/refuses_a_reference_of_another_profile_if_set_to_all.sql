begin;
\ir ../helpers.psql
select plan(8);

select credits_tests.profile(0, 0) as one, credits_tests.profile(0, 0) as two \gset
select gen_random_uuid() as older, gen_random_uuid() as payment \gset
select credits_tests.grant_credits(:'one', 700, :'older') as done \gset
update credits.settings set reference_scope = 'all';

select format('credits.grant_addon(%L, 700, %L)', :'one', :'payment') as call \gset
select credits_tests.answer(:'call') as first \gset
select credits_tests.shows(:'first', '{"new_balance": 1400}', 'a new reference is granted');
select credits_tests.replays(:'call', :'first', 'and replayed to the profile that got it');
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'one', :'older')),
  '{"replayed": true}', 'so is one from before the setting'
);
select credits_tests.refuses(
  format('select credits.grant_addon(%L, 700, %L)', :'two', c.reference),
  'PT409', 'reference_conflict',
  jsonb_build_object('parameter', 'profile_id', 'stored', null, 'given', :'two'), c.description
)
from (values (:'payment', 'another profile gets nothing'),
             (:'older', 'nor for a reference from before the setting')) c (reference, description);

update credits.settings set reference_scope = 'profile';
select credits_tests.shows(
  credits_tests.answer(format('credits.grant_addon(%L, 700, %L)', :'two', :'older')),
  '{"replayed": false}', 'without the setting a reference is a key within the profile'
);
select credits_tests.sound(:'one');
select credits_tests.sound(:'two');

select * from finish();
rollback;
