-- Roles: an owner that nobody logs in as, and three groups that people and services join.
-- Roles belong to the whole server, so another database may have made them already, or may be
-- making them right now. A user who may not create roles goes without: `pgcredits migrate` says so,
-- that user then owns the schema, and nothing is granted to groups that do not exist.
-- Lock: none on any table.

do $$
begin
  if not exists (
    select from pg_catalog.pg_roles r
     where r.rolname = current_user and (r.rolsuper or r.rolcreaterole)
  ) then
    return;
  end if;
  loop
    begin
      if to_regrole('credits_owner') is null then create role credits_owner nologin; end if;
      if to_regrole('credits_app') is null then create role credits_app nologin; end if;
      if to_regrole('credits_admin') is null then create role credits_admin nologin; end if;
      if to_regrole('credits_reader') is null then create role credits_reader nologin; end if;
      exit;
    exception when duplicate_object or unique_violation then
      null; -- a migration of another database was first: look again
    end;
  end loop;
  if not pg_catalog.pg_has_role(current_user, 'credits_owner', 'usage') then
    grant credits_owner to current_user; -- a migrating user may hand over only to a role it is in
  end if;
exception when insufficient_privilege then
  null; -- the roles are there, but not ours to join: this user owns the schema
end
$$;
