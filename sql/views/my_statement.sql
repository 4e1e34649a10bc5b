-- my_statement: the ledger of the person who asks, without what is for the staff: reason and actor,
-- and the keys of other calls than grants. In place of the reason it says what a customer may know.
-- See my_balance for whose rights and which rows.

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
       case when l.kind = 'grant' then l.reference end as reference,
       case
         when l.kind = 'adjust' and l.monthly_delta = 0 and l.addon_delta = 0 then 'Setting changed'
         else case l.kind
                when 'open' then 'Opening balance'
                when 'reserve' then 'Job'
                when 'raise' then 'Job needed more'
                when 'settle' then 'Job finished'
                when 'refund' then 'Job refunded'
                when 'rollback' then 'Job cancelled'
                when 'expire' then 'Job not finished in time'
                when 'grant' then 'Credits added'
                when 'lapse' then 'Credits expired'
                when 'renew' then 'Monthly credits'
                when 'change' then 'Plan changed'
                when 'revoke' then 'Credits withdrawn'
                when 'reinstate' then 'Credits restored'
                when 'adjust' then 'Adjustment'
                when 'close' then 'Account closed'
                when 'move' then 'Accounts merged'
                when 'repair' then 'Correction'
              end
       end as description
  from credits._own_profile o
  join credits.ledger l on l.profile_id = o.profile_id;

comment on view credits.my_statement is
  'For customers: one''s own ledger, with a description in place of reasons, actors and keys of '
  'corrections.';
