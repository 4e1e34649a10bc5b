-- _write_legacy_jobs: writes the jobs of a profile that is being imported. What they hold and what
-- is back is as of the profile's first ledger row: a job with nothing out has ended, with any of
-- its credits out it can be refunded like every other. Returns how many there are.
-- Written in the order of their ids, and not at all if one is known already: else two imports of
-- the same ids could deadlock.
-- Raises: PT409 job_conflict.

create or replace function credits._write_legacy_jobs(
  profile_id uuid,
  jobs credits.legacy_job[],
  history credits.legacy_entries[],
  account credits._legacy_account
)
returns bigint
language plpgsql volatile
as $$
declare
  v_jobs bigint;
  v_written bigint;
  v_known bigint;
begin
  with job as (
    select j.id, j.cost, j.monthly, j.addon, j.breakdown_source, j.meta_json, j.created_at,
           j.refunded, j.refunded_at, j.refunded - least(j.refunded, j.addon) as monthly_back,
           least(j.refunded, j.addon) as addon_back,
           j.cost > 0 and j.refunded = j.cost as ended
      from credits._legacy_jobs(_write_legacy_jobs.jobs, _write_legacy_jobs.history,
                                _write_legacy_jobs.account) j
  ), known as (
    select count(*) as jobs from job j join credits.jobs k on k.id = j.id
  ), written as (
    insert into credits.jobs (id, profile_id, state, reserved_cost, monthly_deducted,
                              addon_deducted, monthly_refunded, addon_refunded,
                              monthly_held_at_import, addon_held_at_import, breakdown_source,
                              reserve_seq, closing_seq, created_at, finished_at, meta_json)
    select j.id, _write_legacy_jobs.profile_id,
           case when j.ended then 'refunded' else 'reserved' end,
           j.cost, j.monthly, j.addon, j.monthly_back, j.addon_back,
           j.monthly - j.monthly_back, j.addon - j.addon_back, j.breakdown_source,
           1, case when j.ended then 1 end, coalesce(j.created_at, credits._now()),
           case when j.ended then coalesce(j.refunded_at, credits._now()) end,
           j.meta_json - array['credits_refunded', 'monthly_refunded', 'addon_refunded']
             || credits._deducted_meta(j.cost, j.monthly, j.addon)
             || case
                  when j.refunded > 0 then credits._refunded_meta(j.monthly_back, j.addon_back)
                  else '{}'
                end
      from job j
     where (select k.jobs from known k) = 0
     order by j.id
    on conflict do nothing
    returning 1
  )
  select (select count(*) from job), (select count(*) from written), (select k.jobs from known k)
    into v_jobs, v_written, v_known;
  if v_written < v_jobs then
    raise exception using
      errcode = 'PT409',
      message = 'job_conflict',
      detail = jsonb_build_object(
        'jobs', v_jobs,
        'known', case when v_known > 0 then v_known else v_jobs - v_written end
      ),
      hint = 'Some of these job ids are known already: leave those jobs out of the import.';
  end if;
  return v_jobs;
end
$$;
