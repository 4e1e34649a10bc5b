-- _load_purses: the purses of the profiles that elements of a batch are about, by ascending id,
-- with what the jobs of each may move.
-- locked: the profiles as the caller has locked them, by ascending id; others are left alone. They
-- are read again, since they may have moved since.

create or replace function credits._load_purses(
  kind text,
  elements credits._batch_element[],
  locked credits.profiles[]
)
returns credits._purse[]
language plpgsql stable
as $$
begin
  return array(
    select credits._load_purse(
             g.profile, g.jobs, draws => _load_purses.kind <> 'refund',
             spenders => g.spenders)
      from (select p as profile, array_agg(j) as jobs, array_agg(e.spender) as spenders
              from unnest(_load_purses.elements) e
              left join credits.jobs j on j.id = e.job_id and _load_purses.kind <> 'reserve'
              join credits.profiles p on p.id = coalesce(e.profile_id, j.profile_id)
             cross join (select array(select l.id from unnest(_load_purses.locked) l)) known (ids)
             where credits._place_of_profile(p.id, known.ids) is not null
             group by p.id) g
     order by (g.profile).id);
end
$$;
