begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(
  format('credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', 'first note')
) as first \gset

select credits_tests.replays(
  format('credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', 'second note'),
  :'first',
  'the note is not compared'
);
select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  'addon grant: order-1 (addon: +700): first note',
  'the first note stays'
);

select * from finish();
rollback;
