-- _give_back: the last credits that a job still holds go back to the buckets, packs and periods
-- they came from, as of a moment; one ledger row says so, a second one what of it lapses at once,
-- and a third one what goes to open revocations. Every return goes through here. The caller has
-- checked that the amount is outstanding, and writes the job.
-- profile: the job's, as the caller has locked it; its balances are not looked at.

create or replace function credits._give_back(
  profile credits.profiles,
  job credits.jobs,
  amount bigint,
  kind text,
  at timestamptz,
  reason text default null,
  reference text default null
)
returns credits._returned
language plpgsql volatile
as $$
declare
  v_job constant credits.jobs := _give_back.job;
  v_drawn constant bigint[] := array[
    v_job.monthly_deducted - v_job.monthly_drawn_at_settle,
    v_job.addon_deducted - v_job.addon_drawn_at_settle,
    v_job.monthly_drawn_at_settle,
    v_job.addon_drawn_at_settle
  ];
  v_gone bigint[];
  v_back bigint[];
  v_lapsed bigint;
  v_draws credits.pack_draws[];
  v_entry credits.ledger;
  v_returned credits._returned;
begin
  v_gone := credits._split_return(v_drawn, v_job.monthly_refunded + v_job.addon_refunded);
  v_back := credits._split_return(
    v_drawn, v_job.monthly_refunded + v_job.addon_refunded + _give_back.amount);
  v_returned.monthly := v_back[1] - v_gone[1] + v_back[3] - v_gone[3];
  v_returned.addon := v_back[2] - v_gone[2] + v_back[4] - v_gone[4];

  v_lapsed := credits._return_to_period(
    _give_back.profile, v_job.settle_period_start, v_back[3] - v_gone[3]);
  v_returned.monthly_lapsed := v_lapsed + credits._return_to_period(
    _give_back.profile, v_job.period_start, v_back[1] - v_gone[1]);
  v_returned.addon_lapsed := 0;
  if v_job.pack_deducted > 0 then
    if _give_back.profile.uncollected > 0 then
      v_draws := array(
        select d from credits.pack_draws d
         where d.profile_id = v_job.profile_id and d.job_id = v_job.id);
    end if;
    v_returned.addon_lapsed :=
      credits._return_to_packs(v_job, 2::smallint, v_drawn[4] - v_gone[4], v_back[4] - v_gone[4],
                               _give_back.at)
      + credits._return_to_packs(v_job, 1::smallint, v_drawn[2] - v_gone[2], v_back[2] - v_gone[2],
                                 _give_back.at);
  end if;

  if _give_back.amount = 0 then
    v_entry := credits._newest_entry(v_job.profile_id);
  else
    v_entry := credits._write_ledger(
      v_job.profile_id, _give_back.kind, v_job.id, v_returned.monthly, v_returned.addon,
      credits._job_reason(_give_back.kind, v_job.id, '+', v_returned.monthly, v_returned.addon,
                          _give_back.reason),
      _give_back.reference);
  end if;
  if v_returned.monthly_lapsed + v_returned.addon_lapsed > 0 then
    perform credits._write_ledger(
      v_job.profile_id, 'lapse', v_job.id, -v_returned.monthly_lapsed, -v_returned.addon_lapsed,
      credits._job_reason('lapse', v_job.id, '-', v_returned.monthly_lapsed,
                          v_returned.addon_lapsed));
  end if;

  v_returned.seq := v_entry.seq;
  v_returned.previous_balance := v_entry.monthly_balance + v_entry.addon_balance
                               - _give_back.amount;
  v_returned.new_balance := v_entry.monthly_balance + v_entry.addon_balance
                          - v_returned.monthly_lapsed - v_returned.addon_lapsed;
  if _give_back.profile.uncollected > 0 then
    v_returned := credits._revoke_returned(
      v_job, v_returned, v_gone, v_back, v_lapsed, v_draws, _give_back.at);
  end if;
  return v_returned;
end
$$;
