begin;
\ir ../helpers.psql
select plan(8);

-- What is found after this change of a job's meta.
create function credits_tests.found_after(change jsonb)
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
  v_job uuid := credits_tests.job(v_profile, 2000);
begin
  perform credits.refund_job(v_job, 1600, 'part-1');
  update credits.jobs j
     set meta_json = jsonb_strip_nulls(j.meta_json || found_after.change)
   where j.id = v_job;
  return (select string_agg(concat_ws(', ', f.rule, f.expected, f.found, f.job_id = v_job), '; ')
            from credits.check_integrity(v_profile) f);
end
$$;

select is(credits_tests.found_after(c.change), c.finding, c.change::text)
  from (values
    ('{"credit_cost": 1999}'::jsonb, 'meta_json publishes the cost, 2000, 1999, t'),
    ('{"monthly_deducted": 501}', 'meta_json publishes the monthly deduction, 500, 501, t'),
    ('{"addon_deducted": 1}', 'meta_json publishes the addon deduction, 1500, 1, t'),
    ('{"monthly_refunded": 0}', 'meta_json publishes the monthly refund, 100, 0, t'),
    ('{"addon_refunded": 9}', 'meta_json publishes the addon refund, 1500, 9, t'),
    ('{"addon_refunded": null}', 'meta_json publishes the addon refund, 1500, 0, t'),
    ('{"credit_cost": null}', 'meta_json publishes the cost, 2000, t'),
    ('{"file": "rows.csv"}', null)
  ) c (change, finding);

select * from finish();
rollback;
