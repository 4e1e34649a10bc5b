begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.profile(0, 500) as profile \gset
select credits_tests.limit_spender(:'profile', 'ann', 'total', 50),
       credits_tests.limit_spender(:'profile', null, 'total', 80)
\gset set_
select credits_tests.refuses(
  format('select credits.preview_reserve(%L, 51, ''ann'')', :'profile'), 'PT402', 'limit_exceeded',
  '{"spender": "ann", "window": "total", "limit": 50, "spent": 0, "remaining": 50,
    "resets_at": null, "required": 51}', 'of the spender'
);
select credits_tests.refuses(
  format('select credits.preview_reserve(%L, 81)', :'profile'), 'PT402', 'limit_exceeded',
  '{"spender": null, "window": "total", "limit": 80, "spent": 0, "remaining": 80,
    "resets_at": null, "required": 81}', 'of the profile as a whole'
);
select is(
  (select v.new_balance from credits.preview_reserve(:'profile', 50, 'ann') v), 450::bigint,
  'up to the limit'
);
select is(credits_tests.spent(:'profile'), 'total 0, ann total 0', 'and nothing is counted');

select * from finish();
rollback;
