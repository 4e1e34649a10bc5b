"""The mirror, which keeps the columns of the old table right: its SQL, and whether it is in place.

The text is ``mirror.sql``, with names in braces. What it was made for is kept in the comment on its
schema, so that a database can be compared with the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pgcredits._legacy.names import TABLES, UUID, Names, identifier, literal, shown
from pgcredits._server.database import Connection

if TYPE_CHECKING:
    import asyncpg

_TEMPLATE = Path(__file__).with_name("mirror.sql")
_PLACES = {"id": "id", "credits_remaining": "monthly", "addon_credits": "addon"}
_FUNCTION = re.compile(r"function credits_mirror\.(\w+)\(\)\n.*?\nas (\$\w+\$)(.*?)\2", re.DOTALL)
_TRIGGER = re.compile(r"replace trigger (\w+)\n  (.*) on (?:.*)\n  (.*);")
_MADE_FOR = """
select n.nspname, pg_catalog.obj_description(n.oid, 'pg_namespace') as names
  from pg_catalog.pg_namespace n
 where n.nspname = 'credits_mirror'"""
_FOUND = """
select f.proname as function, n.nspname as schema, c.relname as table,
       t.tgenabled in ('O', 'A') as enabled,
       lower(pg_catalog.pg_get_triggerdef(t.oid)) as trigger, f.prosrc as body,
       f.prosecdef and coalesce(f.proconfig @> '{row_security=off}', false) as safe
  from pg_catalog.pg_proc f
  join pg_catalog.pg_namespace m on m.oid = f.pronamespace and m.nspname = 'credits_mirror'
  join pg_catalog.pg_trigger t on t.tgfoid = f.oid and t.tgname = f.proname
  join pg_catalog.pg_class c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorState:
    """A mirror as a database has it; ``problem`` is empty where it is in place."""

    table: str
    problem: str


def mirror_sql(names: Names) -> str:
    """The script that makes the mirror of the old profiles."""
    columns = {name: names.columns.get(("profiles", name), name) for name in TABLES["profiles"]}
    made_for = json.dumps({"table": names.tables["profiles"], "columns": columns})
    quote = "$mirror$"
    while quote in made_for:  # a name that would end a function's text
        quote = f"{quote[:-1]}_$"
    texts = {
        "names": literal(made_for),
        "profiles": ".".join(map(identifier, names.tables["profiles"])),
        "quote": quote,
        "uuid": UUID,
        **{_PLACES[name]: identifier(column) for name, column in columns.items()},
    }
    return re.sub(r"\{(\w+)\}", lambda place: texts[place[1]], _TEMPLATE.read_text("utf-8"))


async def read_mirror(connection: Connection) -> MirrorState | None:
    """The mirror of a database; None where nobody has made one."""
    made_for = await connection.fetchrow(_MADE_FOR)
    if made_for is None:
        return None
    try:
        names = json.loads(made_for["names"] or "")
        schema, name = names["table"]
        columns = {("profiles", ours): names["columns"][ours] for ours in TABLES["profiles"]}
    except (ValueError, LookupError, TypeError):
        return MirrorState(table="", problem="the comment on schema credits_mirror was changed")
    wanted = mirror_sql(Names(tables={"profiles": (schema, name)}, columns=columns))
    rows = {
        (row["function"], row["schema"], row["table"]): row
        for row in await connection.fetch(_FOUND)
    }
    bodies = {function: body for function, _, body in _FUNCTION.findall(wanted)}
    for trigger, event, action in _TRIGGER.findall(wanted):
        place = ("credits", "profiles") if trigger == "write_old_columns" else (schema, name)
        if problem := _problem(rows.get((trigger, *place)), event, action, bodies[trigger]):
            where = f"trigger {trigger} on {shown(place)}"
            return MirrorState(table=shown((schema, name)), problem=f"the {where} {problem}")
    return MirrorState(table=shown((schema, name)), problem="")


def _problem(row: asyncpg.Record | None, event: str, action: str, body: str) -> str:
    if row is None:
        return "is missing"
    if not row["enabled"]:
        return "is off"
    begins = row["trigger"].startswith(f"create trigger {row['function']} {event} on ")
    if not (begins and row["trigger"].endswith(f" {action}")):
        return "is not what it should be"
    if row["safe"] and row["body"] == body:
        return ""
    return "calls a function that is not what pgcredits mirror prints"
