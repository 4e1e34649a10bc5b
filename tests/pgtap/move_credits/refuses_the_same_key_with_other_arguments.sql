begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(300, 1000) as profile, credits_tests.profile(0, 0) as other,
       credits_tests.profile(0, 0) as third
\gset
select credits_tests.move(:'profile', :'other') as done \gset

select credits_tests.refuses(
  format('select credits.move_credits(%L, %L, %L, %L, %L, %L)', :'profile', c.successor, c.key,
         'why', 'who', c.monthly_rest),
  'PT409', c.token, c.detail, c.what
)
from (values
  (:'third', 'merge-1', 'monthly', 'reference_conflict',
   jsonb_build_object('parameter', 'to_profile_id', 'stored', null, 'given', :'third'),
   'another successor, and the answer names no other profile'),
  (:'other', 'merge-1', 'addon', 'reference_conflict',
   '{"parameter": "monthly_rest", "stored": "monthly", "given": "addon"}', 'the month elsewhere'),
  (:'other', 'merge-2', 'monthly', 'wrong_state', '{"state": "moved"}',
   'another key: a profile is moved once'),
  (:'third', 'merge-2', 'monthly', 'wrong_state', '{"state": "moved"}', 'and to nobody else')
) c (successor, key, monthly_rest, token, detail, what);

select * from finish();
rollback;
