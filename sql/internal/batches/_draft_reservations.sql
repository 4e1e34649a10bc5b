-- _draft_reservations: what can be said of a batch of reservations before their profiles are
-- locked, so that others wait only for what needs the lock: which elements may be made at once, and
-- what those of one profile cost together. One draft for each such element.
-- Of each profile the first elements are drafted, up to one that needs a closer look: a job id that
-- is twice in the batch. Elements that cannot change anything are left out and stop nothing: they
-- are refused for their arguments or are replays, whatever the others do. A job id that somebody
-- takes after this look is a unique_violation when the job is written.

create or replace function credits._draft_reservations(requests credits._reservation_request[])
returns credits._reservation_draft[]
language plpgsql stable
as $$
begin
  return array(
    with known as (
      select j.id
        from credits.jobs j
       where j.id = any (array(select r.job_id from unnest(_draft_reservations.requests) r))
    ), twice as (
      select r.job_id
        from unnest(_draft_reservations.requests) r
       group by r.job_id
      having count(*) > 1
    ), request as (
      select r.position, r.profile_id, r.job_id, r.cost, r.meta, r.hold_for,
             case
               when r.cost between 0 and 9007199254740991
                    and (r.meta is null or credits._accepts_metadata(r.meta))
                    and (r.hold_for is null or credits._accepts_interval(r.hold_for))
                    and r.job_id is not null
                    and r.job_id not in (select k.id from known k)
                 then r.job_id not in (select t.job_id from twice t where t.job_id is not null)
             end as is_plain -- null: changes nothing
        from unnest(_draft_reservations.requests) r
    ), batch as (
      select r.*,
             r.is_plain and bool_and(r.is_plain) over so_far as is_first,
             sum(r.cost) filter (where r.is_plain) over so_far as total,
             count(*) filter (where r.is_plain and r.cost > 0) over so_far as entries
        from request r
      window so_far as (partition by r.profile_id order by r.position)
    )
    select row(b.position, b.profile_id, b.job_id, b.cost, b.meta, b.hold_for, b.total,
               b.entries)::credits._reservation_draft
      from batch b
     where b.is_first
       and b.total <= 9007199254740991
  );
end
$$;
