-- A gate: no table of the schema credits takes a write any more, and whoever tries hears that the
-- shard is moving. At the new place the copying goes through it, at the old one nothing does.
-- Creating a trigger locks its table against writers: the caller's transaction has locked them all.

create schema if not exists credits_move;

create or replace function credits_move.refuse_writes()
returns trigger
language plpgsql
as $$
begin
  raise exception using
    errcode = '25006',
    message = 'shard_is_moving',
    detail = '{}',
    hint = 'Try again in a moment: this shard is moving to another server.';
end
$$;

revoke all on schema credits_move from public;
