-- my_statement: the ledger of the person who asks, without what is for the staff: reason and actor,
-- and the keys of other calls than grants. See my_balance for whose rights and which rows.

create or replace view credits.my_statement
with (security_barrier = true) as
select l.profile_id,
       l.seq,
       l.ts,
       l.kind,
       l.job_id,
       l.monthly_delta,
       l.addon_delta,
       l.monthly_balance,
       l.addon_balance,
       case when l.kind = 'grant' then l.reference end as reference
  from credits._own_profile o
  join credits.ledger l on l.profile_id = o.profile_id;

comment on view credits.my_statement is
  'For customers: one''s own ledger, without reasons, actors and the keys of corrections.';
