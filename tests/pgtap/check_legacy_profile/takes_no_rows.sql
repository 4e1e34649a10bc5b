begin;
\ir ../helpers.psql
select plan(3);

select is(
  (select string_agg(c.kind, ' ') from credits.check_legacy_profile(gen_random_uuid(), 0, 0) c),
  null,
  'a profile with nothing'
);
select is(credits_tests.damage(0, 0, null, null), null, 'NULL for the arrays');
select is(
  credits_tests.damage(700, 20, '{}', '{}'), 'history_truncated 1', 'a profile without a history'
);

select * from finish();
rollback;
