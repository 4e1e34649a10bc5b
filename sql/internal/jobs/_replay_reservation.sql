-- _replay_reservation: answers a reservation whose job id is known as its first call was answered,
-- from the ledger row of that moment: by now the job may be settled and the wallet empty. A job
-- whose credits have all gone back is refused instead: an answer would say that they are held.
-- Raises: PT409 job_conflict, wrong_state.

create or replace function credits._replay_reservation(profile_id uuid, job_id uuid, cost bigint)
returns credits.reservation
language plpgsql stable
as $$
declare
  v_job credits.jobs;
  v_entry credits.ledger;
begin
  select j.* into v_job
    from credits.jobs j
   where j.id = _replay_reservation.job_id
     and j.profile_id = _replay_reservation.profile_id
     and j.reserved_cost - j.raised = _replay_reservation.cost
     and j.breakdown_source is null; -- an imported job has no answer to give again
  if not found then
    raise exception using
      errcode = 'PT409',
      message = 'job_conflict',
      detail = '{}',
      hint = 'This job id was reserved with another cost, for another profile or before an import: '
             'use a new job id.';
  end if;
  if v_job.closing_seq is not null then
    raise exception using
      errcode = 'PT409',
      message = 'wrong_state',
      detail = jsonb_build_object('state', v_job.state),
      hint = 'The credits of this job went back, so that nothing is held for it: do not run it. '
             'To run it again, reserve it under a new job id.';
  end if;
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_job.profile_id
     and l.seq = v_job.reserve_seq;

  return credits._reservation_row(
    v_job.id, v_job.profile_id, v_job.state, _replay_reservation.cost,
    -- A free job wrote no row of its own: reserve_seq is the row that was newest then.
    case when _replay_reservation.cost = 0 then 0 else -v_entry.monthly_delta end,
    v_entry.monthly_balance + v_entry.addon_balance, v_entry.seq, true, v_job.hold_expires_at);
end
$$;
