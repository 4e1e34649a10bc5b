-- _commits_durably: whether a commit of this session waits until it is safe, here and on
-- synchronous standbys. Where it does not, who locks turns that on: local to the transaction, and
-- never lowered. A SET clause would end before the commit.

create or replace function credits._commits_durably()
returns boolean
language sql stable
as $$
  select current_setting('synchronous_commit') in ('on', 'remote_apply')
$$;
