-- _draft_reservations: what can be said of a batch of reservations before their profiles are
-- locked, so that others wait only for what needs the lock: one draft for each element that has an
-- effect, and what the elements of its profile cost together up to it; null where the job id is
-- twice in the batch, which needs a closer look. Other elements are passed over: they are refused
-- or are replays, whatever the others do. A job id that somebody takes after
-- this look is a unique_violation when the job is written.

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
      select e.position, e.profile_id, e.job_id, e.cost, e.meta, e.hold_for, e.spender,
             count(*) over (partition by e.job_id) = 1 as is_simple
        from unnest(_draft_reservations.elements) e
       where credits._is_amount(e.cost, 0)
         and e.job_id is not null
         and e.profile_id is not null
         and (e.meta is null and e.hold_for is null and e.spender is null
              or credits._accepts(meta => e.meta, hold_for => e.hold_for, spender => e.spender))
         and e.job_id not in (select k.id from known k)
    )
    select row(e.position, e.profile_id, e.job_id, e.cost, e.meta, e.hold_for, e.spender,
               case when e.is_simple then least(sum(e.cost) over so_far, 4611686018427387903) end,
               count(*) filter (where e.cost > 0) over so_far)::credits._reservation_draft
      from element e
    window so_far as (partition by e.profile_id order by e.position)
  );
end
$$;
