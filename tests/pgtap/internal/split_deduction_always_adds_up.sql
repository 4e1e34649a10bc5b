begin;
\ir ../helpers.psql
select plan(1);

select is_empty(
  $$
    select *
      from generate_series(0, 4) monthly_bucket,
           generate_series(-2, 4) addon_bucket,
           generate_series(2, 3) overdraft,
           generate_series(0, 14) cost,
           generate_series(0, addon_bucket + overdraft) early,
           lateral credits._split_deduction(monthly_bucket, addon_bucket, overdraft, cost, early) s
     where s.monthly + s.addon + s.shortfall <> cost
        or s.monthly not between 0 and monthly_bucket
        or s.addon not between 0 and addon_bucket + overdraft
        or s.shortfall < 0
        or (s.addon > early and s.monthly < monthly_bucket)
        or (s.monthly > 0 and s.addon < early)
        or (s.shortfall > 0 and s.addon < addon_bucket + overdraft)
  $$,
  'no bucket pays more than it has, and the next one pays only when the one before is empty'
);

select * from finish();
rollback;
