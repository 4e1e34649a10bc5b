"""Tries every cell: each attempt ends in success or in 42501, and is undone.

An attempt that gets past the check of its privilege counts as allowed, however it ends after that:
a function is called with nulls, a table is dropped that others refer to.
"""

from __future__ import annotations

from collections.abc import Callable

from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from fire.privileges.catalogue import objects
from fire.privileges.matrix import Cell, Matrix, Object

DENIED = "42501"
ALL_WAYS = ("catalogue", "tried")

# Everybody may use the attic: it holds what an attempt needs beside the object that it is about.
# The function runs a statement as a role and undoes it.
ATTIC = """
drop schema if exists attic cascade;
create schema attic;
grant usage, create on schema attic to public;
create function attic.trigger_function() returns trigger language plpgsql
  as 'begin return new; end';
create function attic.attempt(role text, statement text)
returns text
language plpgsql
as $$
begin
  perform set_config('role', attempt.role, true);
  execute attempt.statement;
  raise exception using errcode = 'ZZ000', message = 'it worked: undo it';
exception when others then
  return case sqlstate when 'ZZ000' then '00000' else sqlstate end;
end
$$;
"""
# To a role outside of the matrix. Who holds a privilege but may not pass it on gets a warning only.
PASS_ON = """
grant {privilege} on {what} to stranger;
do $$ begin
  if not has_{kind}_privilege('stranger', {literal}, '{privilege}') then
    raise insufficient_privilege;
  end if;
end $$
"""


def statement(connection: Connection, thing: Object, action: str) -> str | None:
    """The attempt of an action on an object; None where there is no such thing to try."""
    maker = {
        "schema": _on_schema,
        "table": _on_table,
        "view": _on_view,
        "column": _on_column,
        "function": _on_function,
        "type": _on_type,
    }[thing.kind]
    return maker(connection, thing, action)


def _pass_on(connection: Connection, kind: str, what: str, privilege: str, name: str) -> str:
    literal = Literal(name).as_string(connection)
    return PASS_ON.format(kind=kind, what=what, privilege=privilege, literal=literal)


def _on_schema(connection: Connection, thing: Object, action: str) -> str | None:
    return {
        "USAGE": "select 'credits.profiles'::regclass",
        "CREATE": "create table credits.attempt ()",
        "COMMENT": "comment on schema credits is 'attempt'",
        "GRANT": _pass_on(connection, "schema", "schema credits", "usage", "credits"),
    }[action]


def _on_relation(connection: Connection, thing: Object, action: str) -> str | None:
    """What tables and views have in common."""
    name = SQL("credits.{}").format(Identifier(thing.name)).as_string(connection)
    return {
        "SELECT": f"select * from {name} limit 0",
        "INSERT": f"insert into {name} default values",
        "DELETE": f"delete from {name} where false",
        "LOCK TABLE": f"lock table {name} in access exclusive mode",
        "LOCK ROWS": f"select 1 from {name} limit 0 for update",
        "GRANT": _pass_on(connection, "table", name, "select", name),
    }.get(action)


def _on_table(connection: Connection, thing: Object, action: str) -> str | None:
    name = SQL("credits.{}").format(Identifier(thing.name)).as_string(connection)
    if action == "UPDATE":
        columns = _columns(connection, thing, "not attisdropped")
        return f"update {name} set {', '.join(f'{c} = default' for c, _ in columns)} where false"
    if action == "REFERENCES":
        key = _columns(
            connection,
            thing,
            "attnum = any (select unnest(conkey) from pg_constraint "
            "where conrelid = attrelid and contype = 'p')",
        )
        there, here = ", ".join(c for c, _ in key), ", ".join(f"{c} {kind}" for c, kind in key)
        return (
            f"create table attic.child ({here}, foreign key ({there}) references {name} ({there}))"
        )
    return {
        "TRUNCATE": f"truncate {name}",
        "TRIGGER": f"create trigger attempt before insert on {name} "
        "for each row execute function attic.trigger_function()",
        "MAINTAIN": f"reindex table {name}",
        "ALTER": f"alter table {name} add column attempt integer",
        "DISABLE TRIGGER": f"alter table {name} disable trigger user",
        "DROP": f"drop table {name}",
        "POLICY": f"create policy attempt on {name} using (true)",
        "RULE": f"create rule attempt as on insert to {name} do instead nothing",
    }.get(action) or _on_relation(connection, thing, action)


def _on_view(connection: Connection, thing: Object, action: str) -> str | None:
    name = SQL("credits.{}").format(Identifier(thing.name)).as_string(connection)
    if action in ("INSERT", "UPDATE", "DELETE", "LOCK ROWS") and not _is_updatable(
        connection, thing
    ):
        return None  # nobody can: only the catalogue tells these cells
    if action == "UPDATE":
        columns = _columns(connection, thing, "pg_column_is_updatable(attrelid, attnum, false)")
        return f"update {name} set {', '.join(f'{c} = default' for c, _ in columns)} where false"
    # A view cannot be truncated, referred to or maintained: only the catalogue tells these cells.
    return {
        "TRIGGER": f"create trigger attempt instead of insert on {name} "
        "for each row execute function attic.trigger_function()",
        "ALTER": f"alter view {name} set (security_invoker = false)",
        "DROP": f"drop view {name}",
    }.get(action) or _on_relation(connection, thing, action)


def _is_updatable(connection: Connection, thing: Object) -> bool:
    row = connection.execute("select pg_relation_is_updatable(%s, false) <> 0", [thing.oid])
    return bool(row.fetchone()[0])


def _on_column(connection: Connection, thing: Object, action: str) -> str | None:
    table = SQL("credits.{}").format(Identifier(thing.of)).as_string(connection)
    column = Identifier(thing.name.removeprefix(f"{thing.of}.")).as_string(connection)
    if thing.form == "computed" and action != "SELECT":
        return None
    return {
        "SELECT": f"select {column} from {table} limit 0",
        "INSERT": f"insert into {table} ({column}) values (default)",
        "UPDATE": f"update {table} set {column} = default where false",
    }.get(action)


def _on_function(connection: Connection, thing: Object, action: str) -> str | None:
    signature, *nulls = connection.execute(
        "select format('credits.%%I(%%s)', f.proname, oidvectortypes(f.proargtypes)), "
        "format('credits.%%I(%%s)', f.proname, "
        "(select string_agg(format('null::%%s', t.type::regtype), ', ' order by t.place) "
        "from unnest(f.proargtypes) with ordinality t (type, place))), pg_get_functiondef(f.oid) "
        "from pg_proc f where f.oid = %s",
        [thing.oid],
    ).fetchone() or ("", "", "")
    call, definition = nulls
    if thing.form == "trigger":
        call = (
            "create table attic.pulled (); create trigger attempt before insert on attic.pulled "
            f"for each row execute function {signature}"
        )
    else:
        call = f"select * from {call}"
    return {
        "EXECUTE": call,
        "ALTER": f"alter function {signature} cost 100",
        "REPLACE": definition,
        "DROP": f"drop function {signature}",
        "GRANT": _pass_on(connection, "function", f"function {signature}", "execute", signature),
    }.get(action)


def _on_type(connection: Connection, thing: Object, action: str) -> str | None:
    name = SQL("credits.{}").format(Identifier(thing.name)).as_string(connection)
    if action == "ALTER" and thing.form != "c":
        return None  # the row of a table changes with its table
    return {
        "USAGE": f"create table attic.uses_it (attempt {name})",
        "ALTER": f"alter type {name} add attribute attempt integer",
    }.get(action)


def _columns(connection: Connection, thing: Object, which: str) -> list[tuple[str, str]]:
    return connection.execute(
        "select quote_ident(attname), format_type(atttypid, atttypmod) from pg_attribute "
        f"where attrelid = {thing.oid} and attnum > 0 and {which} order by attnum"
    ).fetchall()


def try_cells(
    connection: Connection,
    matrix: Matrix,
    state: str,
    ways: tuple[str, ...] = ALL_WAYS,
    only: Callable[[Cell], bool] = lambda cell: True,
) -> tuple[int, list[str]]:
    """How many cells were tried, and which were answered otherwise than the file says.

    The connection is a superuser's. Everything is undone.
    """
    connection.execute(ATTIC)
    things = objects(connection)
    by_name = {(thing.kind, thing.name): thing for thing in things}
    statements: dict[tuple[str, str, str], str | None] = {}
    tried = []
    for cell in filter(only, matrix.cells(things, ways)):
        key = cell[1:]
        if key not in statements:
            statements[key] = statement(connection, by_name[key[:2]], cell.action)
        if statements[key] is not None:
            tried.append(cell)
    rows = connection.execute(
        "select attic.attempt(a.role, a.statement) "
        "from unnest(%s::text[], %s::text[]) with ordinality a (role, statement, place) "
        "order by a.place",
        [[cell.role for cell in tried], [statements[cell[1:]] for cell in tried]],
    ).fetchall()
    connection.execute("drop schema attic cascade")
    allowed = _possible(matrix, things, state)
    wrong = []
    for cell, (answer,) in zip(tried, rows, strict=True):
        if (answer != DENIED) != (cell in allowed):
            wrong.append(f"{'let in' if answer != DENIED else 'refused'} ({answer}): {cell}")
    return len(tried), wrong


def _possible(matrix: Matrix, things: list[Object], state: str) -> set[Cell]:
    """What one can do: nothing without the schema."""
    allowed = matrix.allowed(things, state)
    inside = {cell.role for cell in allowed if cell.kind == "schema" and cell.action == "USAGE"}
    return {cell for cell in allowed if cell.role in inside}
