begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(
  format('credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', 'spring sale')
) as done \gset

select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  'addon grant: order-1 (addon: +700): spring sale',
  'the note stands at the end'
);

select * from finish();
rollback;
