"""What a database grants and guards, compared with what the files in ``sql/`` say.

A function or a view that is security definer or not, or that has other settings, does not guard
what its file says. What the migrations made once and for all is compared in ``rules``.

Only the catalog is read, which every role may do. Other roles than ours and those of the web are an
administrator's own: what they have is not compared.
"""

from __future__ import annotations

import re

from pgcredits._call import IS_PROXY
from pgcredits._server.database import Connection
from pgcredits._server.schema import SQL_FOLDER, logic_files, migrations_text

_OBJECTS = """
object (kind, name, oid, owner, acl) as (
  select 'schema', n.nspname::text, n.oid, n.nspowner,
         coalesce(n.nspacl, acldefault('n', n.nspowner))
    from pg_catalog.pg_namespace n
   where n.nspname = 'credits'
  union all
  select case c.relkind when 'v' then 'view' when 'c' then 'type' else 'table' end,
         c.relname::text, c.oid, c.relowner,
         case when c.relkind <> 'c' then coalesce(c.relacl, acldefault('r', c.relowner)) end
    from pg_catalog.pg_class c
   where c.relnamespace = 'credits'::regnamespace
     and c.relkind in ('r', 'v', 'c')
  union all
  select 'function', f.proname::text, f.oid, f.proowner,
         coalesce(f.proacl, acldefault('f', f.proowner))
    from pg_catalog.pg_proc f
   where f.pronamespace = 'credits'::regnamespace
)"""

# As owner.sql hands over: to credits_owner, unless that role is not there or not to be had.
_OWNERS = """
select format('%s %s belongs to %s, not to %s', o.kind, o.name, o.owner::regrole, w.owner::regrole)
  from object o
 cross join (
   select coalesce(
            (select r.oid
               from pg_catalog.pg_roles r
              where r.rolname = 'credits_owner'
                and pg_catalog.pg_has_role(s.owner, r.oid, 'usage')), s.owner) as owner
     from object s
    where s.kind = 'schema'
 ) w
 where o.owner <> w.owner"""

# Whoever may act as another group can do what that one is granted.
_MEMBERSHIPS = """
select format('%s is a member of %s', m.rolname, g.rolname)
  from pg_catalog.pg_roles m
  join pg_catalog.pg_roles g
    on g.oid <> m.oid
   and pg_catalog.pg_has_role(m.oid, g.oid, 'member')
 where g.rolname ~ '^credits_(owner|app|admin|reader)$'
   and m.rolname ~ '^(credits_(owner|app|admin|reader)|anon|authenticated)$'"""

# Of tables, only whether they are there: the rest is for the migrations.
_MISSING = """
select format('%s %s is missing', w.kind, w.name)
  from (
    select 'function', f.name from unnest($3::text[]) f (name)
    union all
    select 'view', v.name from unnest($6::text[]) v (name)
    union all
    select distinct e.kind, e.name from expected e where e.kind = 'table'
  ) w (kind, name)
 where not exists (select from object o where o.kind = w.kind and o.name = w.name)"""

_FUNCTIONS = """
select format('function %s is %ssecurity definer', w.name, case when w.definer then 'not ' end)
  from unnest($3::text[], $4::boolean[]) w (name, definer)
  join object o on o.kind = 'function' and o.name = w.name
  join pg_catalog.pg_proc f on f.oid = o.oid
 where f.prosecdef <> w.definer"""

_OPTIONS = """
select format('%s of %s %s are %s, not %s', w.called, o.kind, o.name, coalesce(h.options, 'none'),
              coalesce(w.options, 'none'))
  from (
    select 'settings', 'function', f.name, f.options
      from unnest($3::text[], $5::text[]) f (name, options)
    union all
    select 'options', 'view', v.name, v.options
      from unnest($6::text[], $7::text[]) v (name, options)
  ) w (called, kind, name, options)
  join object o on o.kind = w.kind and o.name = w.name
  left join pg_catalog.pg_proc f on f.oid = o.oid and o.kind = 'function'
  left join pg_catalog.pg_class c on c.oid = o.oid and o.kind = 'view'
 cross join lateral (
   select string_agg(s.option, '; ' order by s.option collate "C") as options
     from unnest(coalesce(f.proconfig, c.reloptions)) s (option)
 ) h
 where h.options is distinct from w.options"""

_PRIVILEGES = """
select case
         when h.privilege is null then format('%s lacks %s on %s %s', w.grantee,
                                              upper(w.privilege), w.kind, w.name)
         else format('%s has %s on %s %s', h.grantee, upper(h.privilege), h.kind, h.part)
       end
  from wanted w
  full join (
    select o.kind, o.name, o.name as part, lower(a.privilege_type) as privilege, k.name as grantee
      from object o
     cross join aclexplode(o.acl) a
      join known k on k.oid = a.grantee
     where a.grantee <> o.owner
    union all
    select o.kind, o.name, format('%s.%s', o.name, c.attname), lower(a.privilege_type), k.name
      from object o
      join pg_catalog.pg_attribute c on c.attrelid = o.oid and o.kind in ('table', 'view')
     cross join aclexplode(c.attacl) a
      join known k on k.oid = a.grantee
  ) h on h.kind = w.kind and h.name = w.name and h.privilege = w.privilege
     and h.grantee = w.grantee
 where w.privilege is null
    or h.privilege is null and w.required
   and exists (select from object o where o.kind = w.kind and o.name = w.name)"""

# The mirror of `pgcredits mirror` has a trigger of its own; `_RETURN` is what a view is.
_TRIGGERS_AND_RULES = """
select format('trigger %s on table %s is %s', t.name, t.of,
              case when g.tgname is null then 'missing' else 'not always on' end)
  from unnest($1::text[], $2::text[]) t (of, name)
  left join object o on o.kind = 'table' and o.name = t.of
  left join pg_catalog.pg_trigger g on g.tgrelid = o.oid and g.tgname = t.name
 where g.tgenabled is distinct from 'A'
union
select format('trigger %s on table %s is off', coalesce(c.conname, g.tgname), o.name)
  from pg_catalog.pg_trigger g
  join object o on o.oid = g.tgrelid
  left join pg_catalog.pg_constraint c on c.oid = g.tgconstraint
 where g.tgenabled = 'D'
   and not (o.name = any ($1::text[]) and g.tgname = any ($2::text[]))
union
select format('trigger %s on %s %s is not one of ours', quote_ident(g.tgname), o.kind, o.name)
  from pg_catalog.pg_trigger g
  join object o on o.oid = g.tgrelid
  join pg_catalog.pg_proc f on f.oid = g.tgfoid
 where not g.tgisinternal
   and not (o.name = any ($1::text[]) and g.tgname = any ($2::text[]))
   and (o.name, g.tgname, f.pronamespace)
       is distinct from ('profiles', 'write_old_columns', to_regnamespace('credits_mirror'))
union
select format('rule %s on %s %s is not one of ours', quote_ident(r.rulename), o.kind, o.name)
  from pg_catalog.pg_rewrite r
  join object o on o.oid = r.ev_class
 where r.rulename <> '_RETURN'"""

_ROW_SECURITY = """
select format('row security of table %s is %s', e.name,
              case when c.relrowsecurity then 'forced on its owner' else 'off' end)
  from (select distinct e.name from expected e where e.kind = 'table') e
  join object o on o.kind = 'table' and o.name = e.name
  join pg_catalog.pg_class c on c.oid = o.oid
 where not c.relrowsecurity
    or c.relforcerowsecurity
union all
select format('policy %s on table %s is %s', quote_ident(coalesce(w.policy, p.policyname)),
              coalesce(w.name, p.tablename),
              case
                when p.policyname is null then 'missing'
                when w.name is null then 'not one of ours'
                else 'not what it should be'
              end)
  from (
    select w.name, w.grantee, replace(w.grantee, 'credits_', '') || ' sees every row' as policy
      from wanted w
     where w.kind = 'table'
  ) w
  full join (select * from pg_catalog.pg_policies p where p.schemaname = 'credits') p
    on p.tablename = w.name and p.policyname = w.policy
 where w.name is null
    or p.policyname is null
    or (p.cmd, p.permissive, p.qual, p.roles)
       is distinct from ('SELECT', 'PERMISSIVE', 'true', array[w.grantee]::name[])"""


# A proxy of shards keeps nothing itself: nobody may read or write its tables, and a trigger guards
# them. What it has more, and what it lacks therefore, is as it should be.
_ON_PROXY = """
select format('function %s goes to no shard', f.proname) as difference
  from pg_catalog.pg_proc f
 where f.pronamespace = 'credits'::regnamespace
   and not starts_with(f.proname, '_')
   and f.provolatile <> 'i'
   and f.proparallel <> 's'
   and position('credits_proxy.' in f.prosrc) = 0
union all
select format('table %s of the proxy is not guarded', c.relname)
  from pg_catalog.pg_class c
 where c.relnamespace = 'credits'::regnamespace
   and c.relkind = 'r'
   and c.relname !~ '^_?yoyo_'
   and (c.relacl is null
        or exists (select from aclexplode(c.relacl) a where a.privilege_type = 'SELECT')
        or not exists (select from pg_catalog.pg_trigger t
                        where t.tgrelid = c.oid
                          and t.tgname = 'refuse_write'
                          and t.tgenabled = 'A'))
 order by difference"""
_RIGHT_ON_PROXY = re.compile(
    r"\w+ lacks SELECT on table \w+|trigger refuse_write on table \w+ is not one of ours"
)


async def access_differences(connection: Connection) -> list[str]:
    """One line for each thing that is otherwise than the files say."""
    listed = _between(r"as \$\$\n(.*)\$\$;", "internal/access/_privileges.sql")[0]
    always_on = _between(
        r"alter table credits\.(\w+) enable always trigger (\w+);",
        "triggers/ledger_append_only.sql",
    )
    # The list is a query, so there is no second one: not even the function is needed.
    query = (
        f"with expected (kind, name, grantee, required) as ({listed}),"  # noqa: S608
        " wanted as (select e.*, case e.kind when 'schema' then 'usage'"
        "  when 'function' then 'execute' else 'select' end as privilege"
        "  from expected e where to_regrole(e.grantee) is not null),"
        " known (oid, name) as ("
        "  select 0::oid, 'PUBLIC' union all select r.oid, r.rolname::text"
        "    from pg_catalog.pg_roles r where r.rolname = 'anon'"
        "      or r.rolname = 'service_role' or r.rolname in (select e.grantee from expected e)),"
        f" {_OBJECTS} select difference from ({_OWNERS} union all {_MEMBERSHIPS}"
        f" union all {_MISSING} union all {_FUNCTIONS} union all {_OPTIONS}"
        f" union all {_PRIVILEGES} union all ({_TRIGGERS_AND_RULES})"
        f" union all {_ROW_SECURITY}) d (difference) order by 1"
    )
    columns = [*zip(*always_on, strict=True), *zip(*_functions(), strict=True)]
    columns += zip(*_views(), strict=True)
    rows = await connection.fetch(query, *map(list, columns))
    found = [row["difference"] for row in rows]
    if not await connection.fetchval(IS_PROXY):
        return found
    own = [row["difference"] for row in await connection.fetch(_ON_PROXY)]
    return own + [line for line in found if not _RIGHT_ON_PROXY.fullmatch(line)]


def who_may(name: str) -> str:
    """Which roles may call or read what has this name, as advice; empty for no name of ours."""
    text = (SQL_FOLDER / "internal/access/_privileges.sql").read_text("utf-8")
    for names, groups in re.findall(r"\('\w+',\s+'{([^}]*)}',\s+'{([^}]*)}'\)", text):
        if name in re.findall(r"\w+", names):
            *others, last = (f"credits_{group}" for group in re.findall(r"\w+", groups))
            roles = f"{', '.join(others)} or {last}" if others else last
            return f"An administrator can make it a member of {roles}."
    return ""


def _functions() -> list[tuple[str, bool, str | None]]:
    """The name of each function, whether it is security definer, and its settings."""
    return [
        (name, "security definer" in head, _options(re.findall(r"^set (\w+ = .*)$", head, re.M)))
        for name, head in _made(r"create or replace function credits\.(\w+)\((.*?)\nas \$")
    ]


def _views() -> list[tuple[str, str | None]]:
    """The name of each view, and its options."""
    made = _made(r"create or replace view credits\.(\w+)(?:\nwith \(([^)]*)\))? as\n")
    return [(name, _options(options.split(", ") if options else [])) for name, options in made]


def _options(written: list[str]) -> str | None:
    """As the catalog has them: ``a=1; b=2``."""
    return "; ".join(sorted(each.replace(" = ", "=").replace("'", "") for each in written)) or None


def _made(pattern: str) -> list[tuple[str, str]]:
    texts = [migrations_text(), *(file.read_text("utf-8") for file in logic_files())]
    return [found for text in texts for found in re.findall(pattern, text, re.DOTALL)]


def _between(pattern: str, file: str) -> list[str]:
    return re.findall(pattern, (SQL_FOLDER / file).read_text("utf-8"), re.DOTALL)
