-- What the application's server calls: the credits and the row in public.jobs move together, in one
-- request and one transaction. Each can be called again with the same job id.
-- Credits come first in each of them: whoever has the profile's lock then waits for nobody.
begin;

create or replace function public.create_job(
  user_id uuid,
  cost bigint,
  job_id uuid default gen_random_uuid(),
  meta jsonb default '{}'
)
returns public.jobs
language plpgsql security invoker
set search_path = ''
as $$
declare
  v_taken credits.reservation;
  v_job public.jobs;
begin
  v_taken := credits.reserve_credits(create_job.user_id, create_job.job_id, create_job.cost);
  insert into public.jobs as j (id, user_id, meta_json)
  values (create_job.job_id, create_job.user_id,
          create_job.meta || jsonb_build_object(
            'credit_cost', v_taken.cost,
            'credits_deducted', true,
            'monthly_deducted', v_taken.monthly_deducted,
            'addon_deducted', v_taken.addon_deducted))
  on conflict (id) do nothing
  returning j.* into v_job;
  if not found then -- this call was made before
    select j.* into strict v_job
      from public.jobs j
     where j.id = create_job.job_id
       and j.user_id = create_job.user_id;
  end if;
  return v_job;
end
$$;

create or replace function public.fail_job(job_id uuid, reason text default null)
returns public.jobs
language plpgsql security invoker
set search_path = ''
as $$
declare
  v_job public.jobs;
begin
  perform credits.refund_job(fail_job.job_id, reason => fail_job.reason);
  -- Once we have the profile's lock. What comes late takes the refund above back with it.
  if exists (select from public.jobs j where j.id = fail_job.job_id and j.status = 'done') then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = '{"status": "done"}',
      hint = 'The job has succeeded, and nothing was changed. To give its credits back all the '
        'same, call credits.refund_job.';
  end if;
  update public.jobs j
     set status = 'failed',
         meta_json = j.meta_json || '{"credits_deducted": false}'
   where j.id = fail_job.job_id
  returning j.* into v_job;
  return v_job;
end
$$;

create or replace function public.finish_job(job_id uuid, actual_cost bigint default null)
returns public.jobs
language plpgsql security invoker
set search_path = ''
as $$
declare
  v_settled credits.settlement;
  v_job public.jobs;
begin
  v_settled := credits.settle_job(finish_job.job_id, finish_job.actual_cost);
  update public.jobs j
     set status = 'done',
         meta_json = j.meta_json || jsonb_build_object(
           'credit_cost', v_settled.settled_cost,
           'monthly_deducted', v_settled.monthly_deducted,
           'addon_deducted', v_settled.addon_deducted)
   where j.id = finish_job.job_id
  returning j.* into v_job;
  return v_job;
end
$$;

-- Supabase grants every new function in public to everybody.
revoke execute on function public.create_job, public.fail_job, public.finish_job
  from public, anon, authenticated;
grant execute on function public.create_job, public.fail_job, public.finish_job to service_role;

commit;
