-- my_jobs: the jobs of the person who asks, without meta_json, which is the services' own. See
-- my_balance for whose rights and which rows.

create or replace view credits.my_jobs
with (security_barrier = true) as
select j.profile_id,
       j.id as job_id,
       j.state,
       j.reserved_cost,
       j.raised,
       j.settled_cost,
       j.monthly_deducted,
       j.addon_deducted,
       j.monthly_refunded,
       j.addon_refunded,
       j.hold_due_at,
       j.created_at,
       j.finished_at
  from credits._own_profile o
  join credits.jobs j on j.profile_id = o.profile_id;

comment on view credits.my_jobs is
  'For customers: one''s own jobs and what they took and gave back, without their metadata.';
