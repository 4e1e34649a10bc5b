begin;
\ir ../helpers.psql
select plan(5);

select is(
  (select (credits_tests.job_row(credits_tests.old_id(c.name)) -> 'meta_json') - 'legacy_status'
     from credits_tests.imported(
            0, 0, array[credits_tests.old_job_with(c.name, c.meta)], '{}', '{meta_missing}') p
    where p is not null),
  '{"credit_cost": 0, "credits_deducted": true, "monthly_deducted": 0, "addon_deducted": 0}',
  coalesce(c.meta::text, 'null')
)
from (values ('A', null::jsonb), ('B', 'null'), ('C', '[]'), ('D', '[{"credit_cost": 5}]'),
             ('E', '"credit_cost"')) c (name, meta);

select * from finish();
rollback;
