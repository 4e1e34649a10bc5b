-- _profiles_with_events: the profiles that have open events, each looked up after the one before.

create or replace function credits._profiles_with_events()
returns uuid[]
language sql volatile
as $$
  with recursive known (id) as (
    (select f.profile_id
       from credits.events f
      where f.finished_at is null
        and f.set_aside_at is null
      order by f.profile_id
      limit 1)
    union all
    select (select f.profile_id
              from credits.events f
             where f.profile_id > k.id
               and f.finished_at is null
               and f.set_aside_at is null
             order by f.profile_id
             limit 1)
      from known k
     where k.id is not null
  )
  select array(select k.id from known k where k.id is not null)
$$;
