begin;
\ir ../helpers.psql
select plan(5);

select credits_tests.set_time('2030-01-01 00:00Z') as now \gset

create temporary table old as
select credits_tests.imported(
         c.monthly, c.addon, '{}', credits_tests.old_ledger('+500 signup', '+20 purchase'),
         '{null_balance,negative_balance,balance_mismatch,invalid_amount}') as id,
       c.*
from (values
  (500, 20, 500, 20),
  (null, null, null, null),
  (-500, -20, -500, -20),
  (500.9, -20.9, 500, -20)
) c (monthly, addon, stored_monthly, stored_addon);

select is(
  to_jsonb(p) - array['profile_id', 'imported_at'],
  jsonb_build_object('credits_remaining', o.stored_monthly, 'addon_credits', o.stored_addon,
                     'jobs', 0, 'entries', 2),
  format('%s + %s', coalesce(o.monthly::text, 'null'), coalesce(o.addon::text, 'null'))
)
from old o
join credits.legacy_profiles p on p.profile_id = o.id;
select results_eq(
  'select distinct p.imported_at from credits.legacy_profiles p',
  $$ values ('2030-01-01 00:00Z'::timestamptz) $$,
  'and when it was imported'
);

select * from finish();
rollback;
