-- _draws_of: what a job drew from packs, in its order; null for one that never did.

create or replace function credits._draws_of(job credits.jobs)
returns credits.pack_draws[]
language plpgsql stable
as $$
begin
  if coalesce((_draws_of.job).pack_deducted, 0) = 0 then
    return null;
  end if;
  return array(
    select d
      from credits.pack_draws d
     where d.profile_id = (_draws_of.job).profile_id
       and d.job_id = (_draws_of.job).id
     order by d.draw, d.position);
end
$$;
