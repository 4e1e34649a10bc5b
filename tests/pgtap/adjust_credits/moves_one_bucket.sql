begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.answer(format('credits.adjust_credits(%L, %L, %s, %s, %L, %L)',
                              :'profile', c.key, c.monthly, c.addon, 'why', 'who')),
  jsonb_build_object('credits_remaining', c.monthly_then, 'addon_credits', c.addon_then),
  format('%s, %s', c.monthly, c.addon)
)
from (values ('a', 1, 0, 501, 5000), ('b', 0, 1, 501, 5001), ('c', -501, 0, 0, 5001),
             ('d', 0, -5001, 0, 0)) c (key, monthly, addon, monthly_then, addon_then);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
