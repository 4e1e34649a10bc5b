-- _load_purse: a profile with the rows beside it that some of its jobs may move: packs, revocations
-- that wait for what they return, and under the setting closed_period_refund = lapse the renewals
-- since the jobs, and limits. What no job of them needs stays null and is not read.
-- profile: as the caller has locked it. jobs: with nulls for those that there are not.
-- draws: whether packs may be spent as well. spenders: of new jobs, or of a job that is raised.

create or replace function credits._load_purse(
  profile credits.profiles,
  jobs credits.jobs[],
  draws boolean,
  spenders text[] default null
)
returns credits._purse
language plpgsql stable
as $$
declare
  v_profile constant credits.profiles := _load_purse.profile;
  v_draws constant boolean :=
    _load_purse.draws and v_profile.next_pack_expiry is not null;
  v_drew uuid[];
  v_since timestamptz[];
  v_purse credits._purse;
begin
  select array_agg(j.id) filter (where j.pack_deducted > 0),
         array_agg(coalesce(j.period_start, '-infinity'))
           filter (where j.period_start is distinct from v_profile.period_start)
    into v_drew, v_since
    from unnest(_load_purse.jobs) j
   where j.id is not null;
  v_purse.profile := v_profile;
  if v_draws or v_drew is not null then
    v_purse.packs := array(
      select k
        from credits.packs k
       where k.profile_id = v_profile.id
         and (v_draws and k.remaining > 0
              or k.seq in (select d.pack_seq
                             from credits.pack_draws d
                            where d.profile_id = v_profile.id
                              and d.job_id = any (v_drew)))
       order by k.seq);
  end if;
  if v_since is not null
     and exists (select from credits.settings s
                  where s.only_row
                    and s.closed_period_refund = 'lapse') then
    v_purse.renewals := array(
      select r
        from credits.renewals r
       where r.profile_id = v_profile.id
         and r.period_start > (select min(s.since) from unnest(v_since) s (since))
       order by r.period_start);
  end if;
  if v_profile.uncollected > 0 and _load_purse.jobs is not null then
    v_purse.claims := credits._load_claims(v_profile.id);
  end if;
  if v_profile.limited then
    v_purse.limits := credits._load_limits(
      v_profile.id,
      _load_purse.spenders || array(select j.spender from unnest(_load_purse.jobs) j));
  end if;
  return v_purse;
end
$$;
