-- _commit_durably: makes the commit wait for the disk where the caller's session had turned that
-- off; true. Local to the transaction, and never lowered. A SET clause would end before the commit.

create or replace function credits._commit_durably()
returns boolean
language sql volatile
as $$
  select current_setting('synchronous_commit') in ('on', 'remote_apply')
         or set_config('synchronous_commit', 'on', true) is not null
$$;
