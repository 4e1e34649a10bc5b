begin;
\ir ../helpers.psql
select plan(3);

-- A month is revoked that a job holds, while another job holds the allowance of the next month.
create function credits_tests.revoked()
returns uuid
language plpgsql
as $$
declare
  v_profile uuid := credits_tests.profile(0, 0);
begin
  perform credits.renew_monthly(v_profile, '2030-01-01Z', 10, 0);
  perform credits_tests.job(v_profile, 10);
  perform credits.renew_monthly(v_profile, '2030-02-01Z', 2, 0);
  perform credits_tests.job(v_profile, 2);
  perform credits.revoke_renewal(v_profile, '2030-01-01Z', 'dispute', null, 'why', 'who');
  return v_profile;
end
$$;
create function credits_tests.told(profile_id uuid)
returns text
language sql
as $$
  select concat_ws(' ', r.amount, r.collected, r.lapsed, r.newer_outstanding,
                   credits_tests.buckets(told.profile_id))
    from credits.revocations r
   where r.profile_id = told.profile_id
$$;
select credits_tests.set_time('2030-02-01 00:00Z') as now \gset
select credits_tests.revoked() as single, credits_tests.revoked() as batch \gset
select is(credits_tests.told(:'single'), '10 0 0 2 0 + 0', 'it waits, and the next month comes first');

select count(credits_tests.refund(j.id))
  from (select j.id from credits.jobs j where j.profile_id = :'single' order by j.reserve_seq) j
\gset
select is(credits_tests.told(:'single'), '10 10 0 2 2 + 0', 'single calls complete it');
select count(*)
  from credits.refund_job_many((
    select jsonb_agg(jsonb_build_object('job_id', j.id) order by j.reserve_seq)
      from credits.jobs j
     where j.profile_id = :'batch'))
\gset
select is(credits_tests.told(:'batch'), credits_tests.told(:'single'), 'so does a batch of them');

select * from finish();
rollback;
