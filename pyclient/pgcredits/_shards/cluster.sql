-- Where the shards are, and what this proxy is. PL/Proxy reads it at the next call.

create schema if not exists credits_proxy;
create extension if not exists plproxy schema credits_proxy;

do $$
begin
  if to_regprocedure('credits.schema_version()') is null or to_regrole('credits_owner') is null then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = 'this database has no schema credits, or there is no role credits_owner',
      hint = 'Run pgcredits migrate here as a superuser, and then this again.';
  end if;
  if not exists (select from pg_catalog.pg_foreign_server s
                  where s.srvname = 'credits_shards') then
    if exists (select from credits.profiles) then
      raise exception using
        errcode = 'object_not_in_prerequisite_state',
        message = 'this database has profiles of its own, which nobody would find in a proxy',
        hint = 'Make the proxy in a database of its own.';
    end if;
    create server credits_shards foreign data wrapper plproxy
      options ({added});
  elsif credits_proxy.shards() <> {shards} then
    raise exception using
      errcode = 'object_not_in_prerequisite_state',
      message = format('this proxy has %s shards, not {shards}', credits_proxy.shards()),
      hint = 'The number of shards never changes: the profiles would be looked for elsewhere.';
  else
    alter server credits_shards
      options ({changed});
  end if;
  -- The password is given by hand: alter user mapping ... options (add password '...').
  if not exists (select from pg_catalog.pg_user_mappings m
                  where m.srvname = 'credits_shards'
                    and m.usename = 'credits_owner') then
    create user mapping for credits_owner server credits_shards options (user {user});
  end if;
end
$$;
grant usage on foreign server credits_shards to credits_owner;

create or replace function credits_proxy.shards()
returns integer
language sql immutable
as $$
  select {shards}
$$;

-- strict: whether a job's id has to carry the hash of its profile.
create or replace function credits_proxy.strict()
returns boolean
language sql immutable
as $$
  select {strict}
$$;
