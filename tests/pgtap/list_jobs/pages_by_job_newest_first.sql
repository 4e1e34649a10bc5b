begin;
\ir ../helpers.psql
select plan(9);

-- Free jobs share the newest ledger row, so that their ids decide.
select credits_tests.profile(0, 5000) as profile, credits_tests.profile(0, 50) as other \gset
select credits_tests.job(:'other', 1) as of_another \gset
create temporary table job as
select credits_tests.job(:'profile', case when n % 3 = 0 then 0 else n end) as id, n
  from generate_series(1, 9) n;

create function credits_tests.pages(profile_id uuid, page_size bigint)
returns setof uuid
language plpgsql
as $$
declare
  v_before uuid;
  v_page uuid[];
begin
  for v_turn in 1..100 loop -- and not for ever, if pages overlap
    v_page := array(
      select j.job_id
        from credits.list_jobs(pages.profile_id, before_job_id => v_before,
                               page_size => pages.page_size) j);
    exit when cardinality(v_page) = 0;
    return query select unnest(v_page);
    v_before := v_page[cardinality(v_page)];
  end loop;
end
$$;
select results_eq(
  format('select credits_tests.pages(%L, %s)', :'profile', n),
  format('select j.id from credits.jobs j where j.profile_id = %L
           order by j.reserve_seq desc, j.id desc', :'profile'),
  format('pages of %s have each job once, the newest first', n)
)
  from unnest(array[1, 2, 4, 1000]) n;

select credits_tests.refund((select id from job where n = 4)) as refunded,
       credits_tests.settle((select id from job where n = 8), 3) as settled
\gset
select results_eq(
  format('select j.job_id, j.outstanding from credits.list_jobs(%L, %L) j', :'profile', 'refunded'),
  $$ select id, 0::bigint from job where n = 4 $$, 'only those in a state'
);
select results_eq(
  format('select j.job_id, j.outstanding from credits.list_jobs(%L, %L) j', :'profile', 'settled'),
  $$ select id, 3::bigint from job where n = 8 $$, 'or in another one'
);
select is(
  (select count(*) from credits.list_jobs(:'profile', 'reserved') j), 7::bigint, 'or in the first'
);
select credits.reserve_credits(:'profile', gen_random_uuid(), 1, spender => s) as job
  from unnest(array['ann', 'bob', 'ann']) s \g /dev/null
select is(
  (select string_agg(j.spender, ' ') from credits.list_jobs(:'profile', spender => 'ann') j),
  'ann ann', 'only those of a spender'
);
select results_eq(
  format('select j from credits.list_jobs(%L) j', :'other'),
  format('select j from credits.get_job(%L) j', :'of_another'),
  'each as get_job shows it, and none of another profile'
);

select * from finish();
rollback;
