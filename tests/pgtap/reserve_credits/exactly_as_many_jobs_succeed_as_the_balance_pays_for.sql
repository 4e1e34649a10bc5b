begin;
\ir ../helpers.psql
select plan(3);

select credits_tests.profile(30, 70) as profile \gset

select is(
  (select count(*)
     from generate_series(1, 20) n,
          lateral credits_tests.outcome(current_user::text, format(
            'select credits.reserve_credits(%L, gen_random_uuid(), 15 + 0 * %s)',
            :'profile', n)) o (sqlstate)
    where o.sqlstate = '00000'),
  6::bigint, 'six jobs of 15 out of 100'
);
select is(credits_tests.buckets(:'profile'), '0 + 10', 'the rest stays');
select credits_tests.sound(:'profile');

select * from finish();
rollback;
