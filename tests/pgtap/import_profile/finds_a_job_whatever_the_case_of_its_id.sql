begin;
\ir ../helpers.psql
select plan(6);

select upper(credits_tests.old_id('A')::text) as upper, credits_tests.old_id('A') as lower,
       initcap(credits_tests.old_id('A')::text) as mixed
\gset
select credits_tests.imported(
  0, 3500,
  array[row(:'upper', 'done', '{"credit_cost": 2000, "credits_deducted": true,
                                "monthly_deducted": 500, "addon_deducted": 1500}',
            null)::credits.legacy_job],
  credits_tests.old_ledger('+500 signup', '+5000 purchase',
                           format('-1000 job create: %s', :'mixed'))
    || array[row('4', '2025-01-01 04:00Z', null, :'upper', -700, 'job'),
             row('5', '2025-01-01 05:00Z', null, :'lower', -300, 'job')]::credits.legacy_entry[],
  '{duplicate_deduction}'
) as profile \gset

select is(credits_tests.split(:'lower'), '500 + 1500 ledger', 'it is one job');
select is(
  (select concat(i.jobs, ' ', count(*))
     from credits.legacy_profiles i
     join credits.legacy_entries e on e.profile_id = i.profile_id and e.job_id = :'lower'
    where i.profile_id = :'profile'
    group by i.jobs),
  '1 3', 'with all of its rows'
);
select is(
  (select i.jobs
     from credits.import_profile(gen_random_uuid(), 0, 0, array[
            row(upper(credits_tests.old_id('B')::text), 'done', '{"credit_cost": 0}', null),
            row(credits_tests.old_id('B'), 'done', '{"credit_cost": 0}', null)
          ]::credits.legacy_job[]) i),
  1::bigint, 'a job that is listed twice is imported once'
);
select is(
  credits_tests.damage(
    0, 3500,
    array[row(:'upper', 'done', '{"credit_cost": 2000, "credits_deducted": true,
                                  "monthly_deducted": 500, "addon_deducted": 1500}',
              null)::credits.legacy_job],
    credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @A')),
  null, 'none of that is damage'
);
select credits_tests.imported(
  200, 3300,
  array[row(upper(credits_tests.old_id('C')::text), 'done',
            '{"credit_cost": 2000, "credits_deducted": true, "monthly_deducted": 300,
              "addon_deducted": 1700}', null)::credits.legacy_job],
  credits_tests.old_ledger('+500 signup', '+5000 purchase', '-2000 job create: @C')
) as other \gset
select is(
  credits_tests.split(credits_tests.old_id('C')), '300 + 1700 job_meta', 'its split is found too'
);
select credits_tests.sound(:'profile');

select * from finish();
rollback;
