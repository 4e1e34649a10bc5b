-- _page_to_check: the next profiles by ascending id whose books are checked together: as many as
-- have batch_size rows, one at least. A profile counts one, and what it has in the ledger, unless
-- it is left out because nothing changed it since.
-- profile_ids: those to check; looked_at: how many were; entries: what they have in the ledger;
-- last_id: where the next page goes on, null where there is no profile after after_id.

create or replace function credits._page_to_check(
  after_id uuid,
  batch_size bigint,
  changed_since timestamptz,
  out profile_ids uuid[],
  out looked_at bigint,
  out entries bigint,
  out last_id uuid
)
language plpgsql stable
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_sort = off
as $$
declare
  v_profile record;
begin
  profile_ids := '{}';
  looked_at := 0;
  entries := 0;
  for v_profile in
    select p.id, p.seq,
           coalesce(p.changed_at, p.created_at) >= coalesce(_page_to_check.changed_since,
                                                            '-infinity') as changed
      from credits.profiles p
     where p.id >= coalesce(_page_to_check.after_id, '00000000-0000-0000-0000-000000000000')
       and p.id is distinct from _page_to_check.after_id
     order by p.id
  loop
    looked_at := looked_at + 1;
    last_id := v_profile.id;
    if v_profile.changed then
      profile_ids := profile_ids || v_profile.id;
      entries := entries + v_profile.seq;
    end if;
    exit when looked_at + entries >= _page_to_check.batch_size;
  end loop;
end
$$;
