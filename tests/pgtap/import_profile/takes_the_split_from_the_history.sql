begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
  100, 4200,
  array[credits_tests.old_job('A', 300), credits_tests.old_job('B', 1000),
        credits_tests.old_job('C', 400)],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-300 job create: @A',
                           '-1000 job create: @B', '+500 monthly renewal', '-400 job create: @C')
) as profile \gset

select is(credits_tests.split(credits_tests.old_id(c.name)), c.split, c.description)
  from (values
    ('A', '300 + 0 ledger', 'monthly credits first'),
    ('B', '200 + 800 ledger', 'the rest of the monthly credits, then addon'),
    ('C', '400 + 0 ledger', 'the credits of the next month')
  ) c (name, split, description);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
