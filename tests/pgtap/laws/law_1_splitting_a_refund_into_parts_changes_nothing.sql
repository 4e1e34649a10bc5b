begin;
\ir ../helpers.psql
select plan(6);

-- The buckets and the job after a job of 2000 was given back in these parts.
create function credits_tests.after_parts(parts bigint[])
returns text
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(500, 5000);
  v_job uuid := credits_tests.job(v_profile, 2000);
  v_answer credits.refund;
  v_monthly bigint := 0;
  v_addon bigint := 0;
begin
  for v_part in 1 .. cardinality(after_parts.parts) loop
    v_answer := credits.refund_job(v_job, after_parts.parts[v_part], format('part-%s', v_part));
    v_monthly := v_monthly + v_answer.monthly_refunded;
    v_addon := v_addon + v_answer.addon_refunded;
  end loop;
  return format('%s, answered %s + %s, job %s', credits_tests.buckets(v_profile),
                v_monthly, v_addon, credits_tests.job_row(v_job) ->> 'state');
end
$$;

select is(credits_tests.after_parts(c.parts), c.outcome, format('parts %s', c.parts))
  from (values
    (array[1600], '100 + 5000, answered 100 + 1500, job reserved'),
    (array[800, 800], '100 + 5000, answered 100 + 1500, job reserved'),
    (array[1, 1498, 1, 1, 99], '100 + 5000, answered 100 + 1500, job reserved'),
    (array_fill(16, array[100]), '100 + 5000, answered 100 + 1500, job reserved'),
    (array[2000], '500 + 5000, answered 500 + 1500, job refunded'),
    (array_fill(20, array[100]), '500 + 5000, answered 500 + 1500, job refunded')
  ) c (parts, outcome);

select * from finish();
rollback;
