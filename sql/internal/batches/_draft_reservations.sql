-- _draft_reservations: what can be said of a batch of reservations before their profiles are
-- locked, so that others wait only for what needs the lock: which elements can be made together,
-- and what those of one profile cost together. One draft for each such element.
-- Of each profile the simple elements are drafted up to the first that needs a closer look: one
-- whose job id is twice in the batch. Elements without effect are passed over: they are refused or
-- are replays, whatever the others do. A job id that somebody takes after this look is a
-- unique_violation when the job is written.

create or replace function credits._draft_reservations(elements credits._batch_element[])
returns credits._reservation_draft[]
language plpgsql stable
as $$
begin
  return array(
    with known as (
      select j.id
        from credits.jobs j
       where j.id = any (array(select e.job_id from unnest(_draft_reservations.elements) e))
    ), element as (
      select e.position, e.profile_id, e.job_id, e.cost, e.meta, e.hold_for,
             case
               when e.cost between 0 and 9007199254740991
                    and e.job_id is not null
                    and (e.meta is null and e.hold_for is null
                         or credits._accepts(meta => e.meta, hold_for => e.hold_for))
                    and e.job_id not in (select k.id from known k)
                 then count(*) over (partition by e.job_id) = 1
             end as is_simple -- null: without effect
        from unnest(_draft_reservations.elements) e
    ), batch as (
      select e.*,
             e.is_simple and bool_and(e.is_simple) over so_far as goes_together,
             sum(e.cost) filter (where e.is_simple) over so_far as total,
             count(*) filter (where e.is_simple and e.cost > 0) over so_far as entries
        from element e
      window so_far as (partition by e.profile_id order by e.position)
    )
    select row(b.position, b.profile_id, b.job_id, b.cost, b.meta, b.hold_for, b.total,
               b.entries)::credits._reservation_draft
      from batch b
     where b.goes_together
       and b.total <= 9007199254740991
  );
end
$$;
