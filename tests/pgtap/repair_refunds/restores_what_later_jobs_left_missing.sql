begin;
\ir ../helpers.psql
select plan(4);

select credits_tests.imported(
         800, 3500,
         array[credits_tests.old_job('A', 2000, false), credits_tests.old_job('B', 1200)],
         credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A',
                                  '+2000 job refund: @A', '-1200 job create: @B')) as profile,
       credits_tests.imported(
         0, 3500,
         array[row('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 'done',
                   '{"credit_cost": 2000, "credits_deducted": false}', null),
               row('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 'done',
                   '{"credit_cost": 2000, "credits_deducted": true}', null)
              ]::credits.legacy_job[],
         credits_tests.old_ledger('+500 signup', '+5000 purchase',
                                  '-2000 job aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
                                  '+2000 job refund aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
                                  '-2000 job bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb')) as healed
\gset

select is(
  credits_tests.repaired(:'profile'), '4: 800 = 800 taken + 0 written off',
  'only what is still missing'
);
select is(credits_tests.buckets(:'profile'), '0 + 4300', 'as if the refund had been right');
select credits_tests.sound(:'profile');
select is(credits_tests.repaired(:'healed'), null, 'nothing, if nothing is missing');

select * from finish();
rollback;
