-- _answer_ended_job: the answer to a whole return of a job with nothing out. If a call of the same
-- kind ended the job, its answer is given again; if something else did, zeros: a worker that
-- reports a failure late is not an error. Nothing is written.

create or replace function credits._answer_ended_job(job credits.jobs, kind text)
returns credits.refund
language plpgsql stable
as $$
declare
  v_entry credits.ledger;
  v_same boolean;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = (_answer_ended_job.job).profile_id
     and l.seq = (_answer_ended_job.job).closing_seq;
  -- A row with a reference is a part given back under its own key, not a whole return.
  v_same := v_entry.job_id = (_answer_ended_job.job).id
            and v_entry.kind = _answer_ended_job.kind
            and v_entry.reference is null;
  return credits._refund_row(
    _answer_ended_job.job,
    v_entry,
    case when v_same then v_entry.monthly_delta else 0 end,
    case when v_same then v_entry.addon_delta else 0 end,
    true
  );
end
$$;
