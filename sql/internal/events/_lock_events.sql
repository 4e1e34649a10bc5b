-- _lock_events: the events of these ids that are not finished, locked in the order of their keys.
-- An id that is well made and names nothing is left out: what it named may be long finished.
-- Raises: PT400 missing_argument, invalid_amount, invalid_reference.

create or replace function credits._lock_events(event_ids text[])
returns setof credits.events
language plpgsql volatile
as $$
declare
  c_pattern constant text :=
    '^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):([0-9]{1,18}):([a-z.]+)(?::(.+))?$';
  v_wrong text;
begin
  perform credits._check_present('event_ids', _lock_events.event_ids is not null);
  perform credits._check_amount('event_ids', cardinality(_lock_events.event_ids), 1, 10000);
  select coalesce(i.id, 'null') into v_wrong
    from unnest(_lock_events.event_ids) i (id)
   where coalesce(i.id !~ c_pattern, true)
   limit 1;
  if found then
    raise exception using
      errcode = 'PT400',
      message = 'invalid_reference',
      detail = jsonb_build_object('parameter', 'event_ids', 'value', left(v_wrong, 255)),
      hint = 'Give event ids as claim_events returned them.';
  end if;
  return query
    select e.*
      from (select distinct (regexp_match(i.id, c_pattern)) as key
              from unnest(_lock_events.event_ids) i (id)) i
      join credits.events e
        on e.profile_id = i.key[1]::uuid
       and e.seq = i.key[2]::bigint
       and e.kind = i.key[3]
       and e.subject = coalesce(i.key[4], '')
     where e.finished_at is null
     order by e.profile_id, e.seq, e.kind, e.subject
       for update of e;
end
$$;
