-- _return_credits: gives an amount of a job's outstanding credits back to the buckets they came
-- from, last in first out: addon was drawn last, so it comes back first. Used by every return.
-- When nothing is out any more the job takes final_state; before that its state stays.
-- The caller holds the profile's lock and has checked that the amount is outstanding.
-- Writes: profiles, ledger (unless the amount is 0), jobs; one line in the server's log.

create or replace function credits._return_credits(
  job credits.jobs,
  amount bigint,
  kind text,
  final_state text,
  reason text default null,
  reference text default null
)
returns credits.refund
language plpgsql volatile
as $$
declare
  v_job credits.jobs := _return_credits.job;
  v_monthly bigint;
  v_addon bigint;
  v_all_back boolean;
  v_entry credits.ledger;
begin
  v_addon := least(_return_credits.amount, v_job.addon_deducted - v_job.addon_refunded);
  v_monthly := _return_credits.amount - v_addon;

  if _return_credits.amount > 0 then
    v_entry := credits._write_ledger(
      v_job.profile_id, _return_credits.kind, v_job.id, v_monthly, v_addon,
      format('job %s: %s (monthly: +%s, addon: +%s)',
             _return_credits.kind, v_job.id, v_monthly, v_addon)
        || coalesce(': ' || _return_credits.reason, ''),
      _return_credits.reference
    );
  else
    select l.* into v_entry
      from credits.ledger l
      join credits.profiles p on p.id = l.profile_id and p.seq = l.seq
     where p.id = v_job.profile_id;
  end if;

  v_job.monthly_refunded := v_job.monthly_refunded + v_monthly;
  v_job.addon_refunded := v_job.addon_refunded + v_addon;
  v_all_back := v_job.monthly_refunded = v_job.monthly_deducted
                and v_job.addon_refunded = v_job.addon_deducted;
  if v_all_back then
    v_job.state := _return_credits.final_state;
    v_job.closing_seq := v_entry.seq;
    v_job.finished_at := coalesce(v_job.finished_at, clock_timestamp());
  end if;
  v_job.meta_json := v_job.meta_json || jsonb_build_object(
    'credits_refunded', true,
    'monthly_refunded', v_job.monthly_refunded,
    'addon_refunded', v_job.addon_refunded
  );
  update credits.jobs j
     set monthly_refunded = v_job.monthly_refunded,
         addon_refunded = v_job.addon_refunded,
         state = v_job.state,
         closing_seq = v_job.closing_seq,
         finished_at = v_job.finished_at,
         meta_json = v_job.meta_json
   where j.id = v_job.id
     and j.profile_id = v_job.profile_id;

  if _return_credits.amount > 0 then
    raise log '[Credits] % % credits for job % (monthly: +%, addon: +%)',
      case _return_credits.kind when 'rollback' then 'Rolled back' else 'Refunded' end,
      _return_credits.amount, v_job.id, v_monthly, v_addon;
  end if;

  return credits._refund_row(v_job, v_entry, v_monthly, v_addon, false);
end
$$;
