-- _revoke_returned: what a return brings goes to the open revocations first that wait for it, up to
-- what each has not collected, so that cancelling a job keeps no credits whose payment was taken
-- back: credits that the job drew after the grant (or in the month) and before the revocation. One
-- ledger row says so, after those of the return.
-- The caller holds the profile's lock and has written the return.
-- gone, back: what was back before the return and after it, as in _split_return; lapsed: what of
-- the second draw's monthly part lapsed at once; draws: the job's draws from packs before the
-- return.
-- Returns what was returned, with what of it was taken.
-- Writes: profiles, ledger, revocations, packs.

create or replace function credits._revoke_returned(
  job credits.jobs,
  returned credits._returned,
  gone bigint[],
  back bigint[],
  lapsed bigint,
  draws credits.pack_draws[],
  at timestamptz
)
returns credits._returned
language plpgsql volatile
as $$
declare
  v_job constant credits.jobs := _revoke_returned.job;
  v_seqs constant bigint[] := array[v_job.reserve_seq, v_job.settle_seq];
  v_periods constant timestamptz[] := array[v_job.period_start, v_job.settle_period_start];
  v_addon bigint;
  v_pack record;
  v_returned credits._returned := _revoke_returned.returned;
begin
  v_returned.monthly_revoked := 0;
  v_returned.addon_revoked := 0;
  for v_draw in reverse 2..1 loop
    v_returned.monthly_revoked := v_returned.monthly_revoked + credits._collect_returned(
      v_job.profile_id,
      array(select r.seq
              from credits.renewals r
             where r.profile_id = v_job.profile_id
               and r.period_start = v_periods[v_draw]),
      v_seqs[v_draw],
      _revoke_returned.back[2 * v_draw - 1] - _revoke_returned.gone[2 * v_draw - 1],
      case v_draw when 2 then _revoke_returned.lapsed
                  else v_returned.monthly_lapsed - _revoke_returned.lapsed end);

    v_addon := _revoke_returned.back[2 * v_draw] - _revoke_returned.gone[2 * v_draw];
    for v_pack in
      select k.seq, k.expires_at, d.returned - b.returned as returned
        from unnest(_revoke_returned.draws) b
        join credits.pack_draws d
          on d.profile_id = b.profile_id and d.job_id = b.job_id
         and d.draw = b.draw and d.position = b.position
        join credits.packs k on k.profile_id = d.profile_id and k.seq = d.pack_seq
       where d.draw = v_draw
         and d.returned > b.returned
       order by d.position desc
    loop
      v_addon := v_addon - v_pack.returned;
      -- A pack that took something back is not over any more: what lapsed was not taken.
      v_returned.addon_revoked := v_returned.addon_revoked + credits._collect_returned(
        v_job.profile_id, array[v_pack.seq], v_seqs[v_draw], v_pack.returned,
        case when v_pack.expires_at <= _revoke_returned.at then v_pack.returned else 0 end,
        v_pack.expires_at - _revoke_returned.at);
    end loop;
    v_returned.addon_revoked := v_returned.addon_revoked + credits._collect_returned(
      v_job.profile_id,
      array(select r.source_seq
              from credits.revocations r
              join credits.addon_grants g on g.profile_id = r.profile_id and g.seq = r.source_seq
              left join credits.packs k on k.profile_id = g.profile_id and k.seq = g.seq
             where r.profile_id = v_job.profile_id
               and r.collected + r.lapsed < r.amount
               and k.seq is null),
      v_seqs[v_draw], v_addon, 0);
  end loop;

  if v_returned.monthly_revoked + v_returned.addon_revoked > 0 then
    perform credits._write_ledger(
      v_job.profile_id, 'revoke', v_job.id, -v_returned.monthly_revoked, -v_returned.addon_revoked,
      credits._job_reason('revoke', v_job.id, '-', v_returned.monthly_revoked,
                          v_returned.addon_revoked));
  end if;
  v_returned.new_balance := v_returned.new_balance
                          - v_returned.monthly_revoked - v_returned.addon_revoked;
  return v_returned;
end
$$;
