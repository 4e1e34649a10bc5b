begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.answer(
  format('credits.grant_addon(%L, 700, %L, reason => %L)', :'profile', 'order-1', repeat('x', 255))
) as done \gset

select is(
  credits_tests.newest_entry(:'profile') ->> 'reason',
  'addon grant: order-1 (addon: +700): ' || repeat('x', 255),
  'the whole note is in the ledger'
);

select * from finish();
rollback;
