-- _collected_of: what all open revocations have collected of a month.

create or replace function credits._collected_of(renewal credits.renewals)
returns bigint
language sql volatile
as $$
  select coalesce(sum(r.collected), 0)::bigint
    from credits.revocations r
   where r.profile_id = (_collected_of.renewal).profile_id
     and r.source_seq = (_collected_of.renewal).seq
$$;
