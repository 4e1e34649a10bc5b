-- _answer_ended_job: the answer to a whole return of a job with nothing out. If a call of the same
-- kind ended the job, its answer is given again; if something else did, zeros: a worker that
-- reports a failure late is not an error. Nothing is written.

create or replace function credits._answer_ended_job(job credits.jobs, kind text)
returns credits.refund
language plpgsql stable
as $$
declare
  v_job constant credits.jobs := _answer_ended_job.job;
  v_entry credits.ledger;
begin
  select l.* into strict v_entry
    from credits.ledger l
   where l.profile_id = v_job.profile_id
     and l.seq = v_job.closing_seq;
  return credits._refund_row(
    v_job,
    credits._returned_by(
      v_entry,
      -- A row with a reference is a part given back under its own key, not a whole return.
      v_entry.job_id is not distinct from v_job.id
        and v_entry.kind = _answer_ended_job.kind
        and v_entry.reference is null),
    true);
end
$$;
