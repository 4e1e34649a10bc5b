begin;
\ir ../helpers.psql
select plan(1);

select credits_tests.profile(0, 0) as profile \gset
select credits_tests.grant_credits(:'profile', 7, 'order-1') as done \gset
delete from credits.addon_grants g where g.profile_id = :'profile';

select set_eq(
  format('select f.severity, f.rule, f.expected, f.found from credits.check_integrity(%L) f',
         :'profile'),
  $$
    values ('error', 'grant is recorded with its reference', 'order-1', null),
           ('error', 'grant is recorded with its amount', '7', null)
  $$,
  'its ledger row is there alone'
);

select * from finish();
rollback;
