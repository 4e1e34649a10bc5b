-- _expired_hold: what the expiry of a hold gave back, from its ledger row. A free job gave back
-- nothing and has no row.

create or replace function credits._expired_hold(job credits.jobs)
returns credits.refund
language plpgsql stable
as $$
declare
  v_refund credits.refund;
begin
  v_refund := credits._answer_ended_job(_expired_hold.job, 'expire');
  v_refund.replayed := false;
  return v_refund;
end
$$;
