begin;
\ir ../helpers.psql
select plan(2);

select credits_tests.profile(9007199254740990, 0) as profile \gset
select credits_tests.job(:'profile', 10) as job \gset
select credits_tests.grant_credits(:'profile', 11, 'order-1') as done \gset
select is_empty(format('select * from credits.check_integrity(%L)', :'profile'), 'all that fits');
select credits_tests.refund(:'job') as done \gset
select results_eq(
  format('select f.severity, f.rule, f.expected, f.found from credits.check_integrity(%L) f',
         :'profile'),
  $$
    values ('warning', 'balance within the range that JSON keeps exactly',
            'at most 9007199254740991', '9007199254741001')
  $$,
  'a refund that went past it'
);

select * from finish();
rollback;
