-- _commits_durably: whether a commit of this session waits for the disk. Where it does not, who
-- locks turns it on: local to the transaction, and never lowered. A SET clause would end before the
-- commit.

create or replace function credits._commits_durably()
returns boolean
language sql stable
as $$
  select current_setting('synchronous_commit') in ('on', 'remote_apply')
$$;
