begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.imported_story() as profile \gset
select credits_tests.fingerprint() as before \gset

select is(
  (select string_agg(c.kind, ' ')
     from credits.check_legacy_profile(
            :'profile', 700, 0, array[credits_tests.old_job('A', 200)],
            credits_tests.old_ledger('+700 signup')) c),
  'deduction_missing',
  'a profile that was imported already is checked like any other'
);
select is(credits_tests.fingerprint(), :'before', 'and stays as it is');

select * from finish();
rollback;
