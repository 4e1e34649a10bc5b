begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(500, 5000) as profile \gset
select credits_tests.grant_credits(:'profile', 700, 'order-1') as done \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"seq": 2, "kind": "grant", "job_id": null, "reference": "order-1", "actor": null,
    "monthly_delta": 0, "addon_delta": 700, "monthly_balance": 500, "addon_balance": 5700,
    "reason": "addon grant: order-1 (addon: +700)"}',
  'the row says what was granted, and for what'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  2::bigint,
  'it is one row'
);

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
