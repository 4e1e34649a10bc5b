"""What the catalogue says: the objects of the schema, the privileges of the roles, the rules."""

from __future__ import annotations

from psycopg import Connection

from fire.privileges.matrix import Cell, Matrix, Object

OBJECTS = """
select 'schema', n.nspname::text, n.oid, '', ''
  from pg_namespace n where n.nspname = 'credits'
union all
select case c.relkind when 'v' then 'view' else 'table' end, c.relname::text, c.oid, '', ''
  from pg_class c
 where c.relnamespace = 'credits'::regnamespace
   and c.relkind not in ('i', 'c', 't')
union all
select 'column', c.relname || '.' || a.attname, c.oid, c.relname::text,
       case when c.relkind = 'v' and not pg_column_is_updatable(c.oid, a.attnum, false)
            then 'computed' else '' end
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relnamespace = 'credits'::regnamespace
   and c.relkind in ('r', 'v')
union all
select 'function', format('%s(%s)', f.proname, oidvectortypes(f.proargtypes)), f.oid, '',
       case f.prorettype when 'trigger'::regtype then 'trigger' else '' end
  from pg_proc f where f.pronamespace = 'credits'::regnamespace
union all
select 'type', t.typname::text, t.oid, '', coalesce(c.relkind::text, '')
  from pg_type t
  left join pg_class c on c.oid = t.typrelid
 where t.typnamespace = 'credits'::regnamespace
   and t.typcategory <> 'A'
 order by 1, 2
"""

HELD = """
select role, kind, name, action
  from unnest(%(roles)s::text[]) role,
       unnest(%(kinds)s::text[], %(names)s::text[], %(oids)s::oid[], %(columns)s::text[],
              %(actions)s::text[]) o (kind, name, oid, column_name, action)
 where case o.kind
         when 'schema' then has_schema_privilege(role, o.oid, o.action)
         when 'table' then has_table_privilege(role, o.oid, o.action)
         when 'view' then has_table_privilege(role, o.oid, o.action)
         when 'column' then has_column_privilege(role, o.oid, o.column_name, o.action)
         when 'function' then has_function_privilege(role, o.oid, o.action)
         when 'type' then has_type_privilege(role, o.oid, o.action)
       end
"""

ENTRIES = """
with held as (
  select 'schema credits' as object, n.nspowner as owner, (aclexplode(n.nspacl)).*
    from pg_namespace n where n.nspname = 'credits'
  union all
  select c.oid::regclass::text, c.relowner, (aclexplode(c.relacl)).*
    from pg_class c where c.relnamespace = 'credits'::regnamespace
  union all
  select format('%s.%s', c.oid::regclass, a.attname), c.relowner, (aclexplode(a.attacl)).*
    from pg_class c join pg_attribute a on a.attrelid = c.oid
   where c.relnamespace = 'credits'::regnamespace
  union all
  select f.oid::regprocedure::text, f.proowner, (aclexplode(f.proacl)).*
    from pg_proc f where f.pronamespace = 'credits'::regnamespace
  union all
  select t.oid::regtype::text, t.typowner, (aclexplode(t.typacl)).*
    from pg_type t where t.typnamespace = 'credits'::regnamespace
)
select h.object, h.privilege_type,
       case h.grantee when 0 then 'PUBLIC' else h.grantee::regrole::text end,
       h.grantor = h.owner, h.is_grantable and h.grantee <> h.owner
  from held h
"""

# Each finds what must not be there. The names say the rule; {roles} are the roles of the matrix.
RULES = {
    "everything belongs to credits_owner": """
        select n.nspname::text from pg_namespace n
         where n.nspname = 'credits' and n.nspowner <> 'credits_owner'::regrole
        union all
        select c.oid::regclass::text from pg_class c
         where c.relnamespace = 'credits'::regnamespace and c.relowner <> 'credits_owner'::regrole
        union all
        select f.oid::regprocedure::text from pg_proc f
         where f.pronamespace = 'credits'::regnamespace and f.proowner <> 'credits_owner'::regrole
        union all
        select t.oid::regtype::text from pg_type t
         where t.typnamespace = 'credits'::regnamespace and t.typowner <> 'credits_owner'::regrole
    """,
    "our roles have no power of their own": """
        select r.rolname::text from pg_roles r
         where r.rolname like 'credits\\_%'
           and (r.rolcanlogin or r.rolsuper or r.rolcreaterole or r.rolcreatedb
                or r.rolbypassrls or r.rolreplication)
    """,
    "a security definer function pins its path, pg_temp last": """
        select f.oid::regprocedure::text from pg_proc f
         where f.pronamespace = 'credits'::regnamespace
           and f.prosecdef
           and not coalesce(f.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
    """,
    "public functions are security definer, internal ones are not": """
        select f.oid::regprocedure::text from pg_proc f
         where f.pronamespace = 'credits'::regnamespace
           and f.prosecdef = (f.proname like '\\_%')
    """,
    "no function catches everything or builds SQL": """
        select f.oid::regprocedure::text from pg_proc f
         where f.pronamespace = 'credits'::regnamespace
           and regexp_replace(f.prosrc, '--[^\\n]*', '', 'g') ~* '\\m(when\\s+others|execute)\\M'
    """,
    "functions are written in SQL or PL/pgSQL, and none is leakproof": """
        select f.oid::regprocedure::text from pg_proc f join pg_language l on l.oid = f.prolang
         where f.pronamespace = 'credits'::regnamespace
           and (l.lanname not in ('sql', 'plpgsql') or f.proleakproof)
    """,
    "no function has a namesake": """
        select f.proname::text from pg_proc f
         where f.pronamespace = 'credits'::regnamespace
         group by f.proname having count(*) > 1
    """,
    "triggers on the ledger are always on, and there are no others": """
        select format('%s on %s', t.tgname, t.tgrelid::regclass) from pg_trigger t
          join pg_class c on c.oid = t.tgrelid
         where c.relnamespace = 'credits'::regnamespace
           and not t.tgisinternal
           and (t.tgname not in ('ledger_refuse_change', 'ledger_refuse_truncate')
                or t.tgenabled <> 'A')
        union all
        select 'missing on the ledger' where 2 > (
          select count(*) from pg_trigger t
           where t.tgrelid = 'credits.ledger'::regclass and not t.tgisinternal)
    """,
    "no foreign key deletes or changes rows": """
        select c.conname::text from pg_constraint c
         where c.connamespace = 'credits'::regnamespace
           and c.contype = 'f'
           and (c.confdeltype <> 'a' or c.confupdtype <> 'a')
    """,
    "views look with the rights of their reader": """
        select c.oid::regclass::text from pg_class c
         where c.relnamespace = 'credits'::regnamespace
           and c.relkind = 'v'
           and c.relname not like 'my\\_%'
           and c.relname <> '_own_profile'
           and not coalesce(c.reloptions @> array['security_invoker=true'], false)
    """,
    "views for customers show no function a row of others, and nothing is written through them": """
        select c.oid::regclass::text from pg_class c
         where c.relnamespace = 'credits'::regnamespace
           and c.relname like 'my\\_%'
           and (not coalesce(c.reloptions @> array['security_barrier=true'], false)
                or pg_relation_is_updatable(c.oid, true) <> 0)
    """,
    "there is nothing but tables, views, indexes and types": """
        select c.oid::regclass::text from pg_class c
         where c.relnamespace = 'credits'::regnamespace and c.relkind not in ('r', 'v', 'i', 'c')
        union all
        select r.rulename::text from pg_rules r where r.schemaname = 'credits'
        union all
        select o.oid::regoperator::text from pg_operator o
         where o.oprnamespace = 'credits'::regnamespace
        union all
        select format('cast to %s', c.casttarget::regtype) from pg_cast c
          join pg_type t on t.oid in (c.castsource, c.casttarget)
         where t.typnamespace = 'credits'::regnamespace
    """,
}


def objects(connection: Connection) -> list[Object]:
    return [Object(*row) for row in connection.execute(OBJECTS).fetchall()]


def held(connection: Connection, matrix: Matrix, things: list[Object]) -> set[Cell]:
    """The cells that the catalogue allows."""
    actions = [
        (o.kind, o.name, o.oid, o.name.removeprefix(f"{o.of}."), action)
        for o in things
        for action in matrix.actions[o.kind]["catalogue"]
        if action != "MAINTAIN" or knows_maintain(connection)
    ]
    kinds, names, oids, columns, asked = (list(part) for part in zip(*actions, strict=True))
    rows = connection.execute(
        HELD,
        {
            "roles": matrix.roles,
            "kinds": kinds,
            "names": names,
            "oids": oids,
            "columns": columns,
            "actions": asked,
        },
    )
    return {Cell(*row) for row in rows.fetchall()}


def knows_maintain(connection: Connection) -> bool:
    return connection.info.server_version >= 170000


def differences(connection: Connection, matrix: Matrix, state: str) -> tuple[int, list[str]]:
    """How many cells were compared, and what the catalogue says otherwise than the file."""
    things = objects(connection)
    cells = {
        cell
        for cell in matrix.cells(things, ("catalogue",))
        if cell.action != "MAINTAIN" or knows_maintain(connection)
    }
    allowed = matrix.allowed(things, state) & cells
    found = held(connection, matrix, things)
    wrong = [f"the catalogue allows it: {cell}" for cell in sorted(found - allowed)]
    wrong += [f"the catalogue denies it: {cell}" for cell in sorted(allowed - found)]
    return len(cells), wrong + _entries(connection, matrix) + broken_rules(connection, matrix)


def _entries(connection: Connection, matrix: Matrix) -> list[str]:
    """ACL entries for roles outside of the matrix, not given by the owner, or to pass on."""
    known = {*matrix.roles, "PUBLIC"}
    wrong = []
    for name, privilege, grantee, by_owner, grantable in connection.execute(ENTRIES).fetchall():
        if grantee not in known:
            wrong.append(f"a role outside of the matrix: {privilege} on {name} to {grantee}")
        if not by_owner:
            wrong.append(f"not granted by the owner: {privilege} on {name} to {grantee}")
        if grantable:
            wrong.append(f"may pass it on: {privilege} on {name} to {grantee}")
    return wrong


def broken_rules(connection: Connection, matrix: Matrix) -> list[str]:
    """What breaks a rule, policies, row security and memberships included."""
    wrong = [
        f"{rule}: {row[0]}" for rule, query in RULES.items() for row in connection.execute(query)
    ]
    policies = connection.execute(
        "select policyname, tablename, cmd, permissive, roles::text[] from pg_policies "
        "where schemaname = 'credits'"
    ).fetchall()
    wanted = {
        (name, table, "SELECT", "PERMISSIVE", tuple(policy["to"]))
        for name, policy in matrix.policies.items()
        for table in policy["tables"]
    }
    there = {(*row[:4], tuple(row[4])) for row in policies}
    wrong += [f"a policy that is not in the matrix: {policy}" for policy in there - wanted]
    wrong += [f"a policy is missing: {policy}" for policy in wanted - there]
    unguarded = {
        row[0]
        for row in connection.execute(
            "select relname::text from pg_class where relnamespace = 'credits'::regnamespace "
            "and relkind = 'r' and not relrowsecurity"
        )
    }
    if unguarded != set(matrix.without_row_security):
        wrong.append(f"tables without row security: {sorted(unguarded)}")
    members = connection.execute(
        "select m.roleid::regrole::text, m.member::regrole::text from pg_auth_members m "
        "join pg_roles r on r.oid = m.member "
        "where m.roleid::regrole::text like 'credits\\_%' and not r.rolsuper"
    ).fetchall()
    known = {(group, member) for group, names in matrix.members.items() for member in names}
    wrong += [f"{member} is a member of {group}" for group, member in set(members) - known]
    wrong += [f"{member} is no member of {group}" for group, member in known - set(members)]
    return wrong
