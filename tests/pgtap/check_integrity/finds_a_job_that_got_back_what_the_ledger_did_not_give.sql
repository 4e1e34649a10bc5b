begin;
\ir ../helpers.psql
select plan(7);

-- What is found after a refunded job, which took 100 addon credits, says something else.
create function credits_tests.found_after(change jsonb)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 500);
  v_job uuid := credits_tests.job(v_profile, 100);
begin
  perform credits_tests.refund(v_job);
  update credits.jobs j
     set (reserved_cost, monthly_deducted, addon_deducted, monthly_refunded, addon_refunded,
          meta_json)
         = (select c.reserved_cost, c.monthly_deducted, c.addon_deducted, c.monthly_refunded,
                   c.addon_refunded,
                   j.meta_json
                   || jsonb_build_object(
                        'credit_cost', c.reserved_cost, 'monthly_deducted', c.monthly_deducted,
                        'addon_deducted', c.addon_deducted, 'monthly_refunded', c.monthly_refunded,
                        'addon_refunded', c.addon_refunded)
              from jsonb_populate_record(j, found_after.change) c)
   where j.id = v_job;
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found), '; ' order by f.rule)
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change::text)
  from (values
    ('{}'::jsonb, null),
    ('{"monthly_deducted": 100, "addon_deducted": 0, "monthly_refunded": 100, "addon_refunded": 0}',
     'job got back the addon credits its ledger rows gave, 100, 0; '
     'job got back the monthly credits its ledger rows gave, 0, 100'),
    ('{"reserved_cost": 1000, "addon_deducted": 1000, "addon_refunded": 1000}',
     'job got back the addon credits its ledger rows gave, 100, 1000'),
    ('{"reserved_cost": 10, "addon_deducted": 10, "addon_refunded": 10}',
     'job got back the addon credits its ledger rows gave, 100, 10')
  ) c (change, finding);

select credits_tests.set_time('2030-01-01 00:00Z') as now,
       credits_tests.profile(0, 500) as profile
\gset
select credits_tests.hold(:'profile', 100, '1 hour') as job,
       credits_tests.set_time('2030-01-02 00:00Z') as now
\gset
select credits_tests.settle(:'job') as done \gset
select credits_tests.sound(:'profile', 'what its hold gave back is no matter once it settled');

select credits_tests.profile(0, 500) as profile \gset
select credits_tests.job(:'profile', 100) as job \gset
select credits_tests.settle(:'job', 60) as done \gset
select credits_tests.refund(:'job') as done \gset
select credits_tests.sound(:'profile', 'settled for less, and refunded');
update credits.jobs j
   set settled_cost = 90, addon_deducted = 90, addon_refunded = 90,
       meta_json = j.meta_json
                   || '{"credit_cost": 90, "addon_deducted": 90, "addon_refunded": 90}'
 where j.id = :'job';
select results_eq(
  format('select f.rule, f.expected, f.found from credits.check_integrity(%L) f', :'profile'),
  $$ values ('job got back the addon credits its ledger rows gave', 'at most 60', '90') $$,
  'what settling gave back is no refund'
);

select * from finish();
rollback;
