-- _left_in_early_packs: what is left in those packs of a profile that are spent before the monthly
-- bucket.

create or replace function credits._left_in_early_packs(profile_id uuid)
returns bigint
language plpgsql stable
as $$
begin
  return (
    select coalesce(sum(k.remaining), 0)::bigint
      from credits.packs k
     where k.profile_id = _left_in_early_packs.profile_id
       and k.remaining > 0
       and credits._is_early(k.priority)
  );
end
$$;
