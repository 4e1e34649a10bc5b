-- refund_job: gives a job's credits back to the buckets they came from.
-- Promises: last in, first out (addon before monthly); to no bucket more than the job took from it.
--   What came from a pack goes back to the pack, even after it expired if it was paid for.
-- Parameters: job_id: the job that failed; amount: credits to give back, 1 or more, or null for all
--   that is still out; refund_id: the key of a partial refund, required with amount; reason: a
--   note for people, added to the ledger's reason; profile_id: the job's profile, where the caller
--   knows it.
-- Result: refund: what this call gave back. state is the job's state now.
-- Locks: profile, job.
-- Reads: jobs, profiles, ledger, settings, and where needed what it writes. Writes: profiles, jobs,
--   ledger, and where needed: packs, pack_draws, raises, renewals, revocations, limits; one line
--   in the server's log, if asked for.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference; PT404 job_not_found,
--   profile_not_found; PT409 refund_exceeds_deduction, reference_conflict.
-- Replay: a full refund of a job with nothing out returns the result of the full refund that ended
--   it, or zeros if something else ended it. The same refund_id with the same amount returns the
--   first result; with another amount it is reference_conflict. The reason is not compared.

create or replace function credits.refund_job(
  job_id uuid,
  amount bigint default null,
  refund_id text default null,
  reason text default null,
  profile_id uuid default null
)
returns credits.refund
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set lock_timeout = '5s'
set enable_seqscan = off
as $$
declare
  v_locked credits._locked_job;
  v_profile credits.profiles;
  v_job credits.jobs;
  v_entry credits.ledger;
  v_refundable bigint;
begin
  if refund_job.job_id is null then
    perform credits._refuse_missing('job_id');
  end if;
  if refund_job.amount is not null or refund_job.refund_id is not null then
    perform credits._check_amount('amount', refund_job.amount, 1);
    perform credits._check_text('refund_id', refund_job.refund_id);
  end if;
  if refund_job.reason is not null then
    perform credits._check_text('reason', refund_job.reason);
  end if;

  v_locked := credits._lock_job(refund_job.job_id, refund_job.profile_id);
  v_profile := v_locked.profile;
  v_job := v_locked.job;
  v_refundable := credits._outstanding(v_job);

  if refund_job.amount is null then
    if v_job.closing_seq is not null then
      return credits._answer_ended_job(v_job, 'refund');
    end if;
    return credits._return_credits(
      v_profile, v_job, v_refundable, 'refund', 'refunded', refund_job.reason);
  end if;

  v_entry := credits._keyed_entry(v_job.profile_id, 'refund', refund_job.refund_id, v_job.id);
  if v_entry.seq is not null then
    if v_entry.monthly_delta + v_entry.addon_delta <> refund_job.amount then
      perform credits._refuse_refund_id(
        v_entry.monthly_delta + v_entry.addon_delta, refund_job.amount);
    end if;
    return credits._refund_row(v_job, credits._returned_by(v_entry), true);
  end if;
  if refund_job.amount > v_refundable then
    perform credits._refuse_refund(refund_job.amount, v_refundable);
  end if;
  return credits._return_credits(
    v_profile, v_job, refund_job.amount, 'refund', 'refunded', refund_job.reason,
    refund_job.refund_id);
end
$$;

comment on function credits.refund_job(uuid, bigint, text, text, uuid) is
  'Gives a job''s credits back to the buckets they came from: all that is still out, or an amount '
  'under a refund_id.';
