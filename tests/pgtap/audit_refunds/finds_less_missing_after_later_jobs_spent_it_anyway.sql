begin;
\ir ../helpers.psql
select plan(4);

select is(
  credits_tests.audit(credits_tests.imported(
    2000 - least(c.cost, 2000), 3500 - greatest(c.cost - 2000, 0),
    array[row(c.job, 'Done', '{"credit_cost": 2000, "credits_deducted": false}', null),
          row(c.later, 'Done',
              jsonb_build_object('credit_cost', c.cost, 'credits_deducted', true), null)
         ]::credits.legacy_job[],
    credits_tests.old_ledger('+500 signup', '+5000 purchase', format('-2000 job %s', c.job),
                             format('+2000 job refund %s', c.job),
                             format('-%s job %s', c.cost, c.later)))),
  c.found,
  format('a job of %s', c.cost)
)
from (values
  (gen_random_uuid(), gen_random_uuid(), 500, '4: misplaced 1500, lost 1500, gained 1500, exact'),
  (gen_random_uuid(), gen_random_uuid(), 1200, '4: misplaced 1500, lost 800, gained 800, exact'),
  (gen_random_uuid(), gen_random_uuid(), 2000, '4: misplaced 1500, lost 0, gained 0, exact'),
  (gen_random_uuid(), gen_random_uuid(), 2500, '4: misplaced 1500, lost 0, gained 0, exact')
) c (job, later, cost, found);

select * from finish();
rollback;
