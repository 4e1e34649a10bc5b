begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(500, 5000) as profile \gset

select credits_tests.shows(
  credits_tests.newest_entry(:'profile'),
  '{"seq": 1, "kind": "open", "job_id": null, "reference": null, "actor": null,
    "monthly_delta": 500, "addon_delta": 5000, "monthly_balance": 500, "addon_balance": 5000,
    "reason": "profile opened (monthly: +500, addon: +5000)"}',
  'the opening row says what the profile began with'
);
select is(
  (select count(*) from credits.ledger l where l.profile_id = :'profile'),
  1::bigint,
  'it is the only row'
);

select * from finish();
rollback;
