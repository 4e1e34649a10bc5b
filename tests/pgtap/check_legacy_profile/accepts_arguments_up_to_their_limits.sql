begin;
\ir ../helpers.psql
select plan(4);

select is(
  (select string_agg(c.kind, ' ') from credits.check_legacy_profile(gen_random_uuid(), 0, 0) c),
  null,
  'a profile with nothing'
);
select is(credits_tests.damage(0, 0, null, null), null, 'NULL for the arrays');
select is(
  credits_tests.damage(700, 20, '{}', '{}'), 'history_truncated 1', 'a profile without a history'
);
select is(
  credits_tests.damage(0, 9007199254740989, '{}',
                       credits_tests.old_ledger('+9007199254740990 purchase', '-1 addon')),
  null, 'a history that adds up to the cap'
);

select * from finish();
rollback;
