"""The mirror, which keeps the columns of the old table right: its SQL, and whether it is in place.

The text is ``mirror.sql``, with names in braces. What it was made for is kept in the comment on its
schema, so that a database can be compared with the text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pgcredits._legacy.names import TABLES, Names, identifier, literal, shown
from pgcredits._server.database import Connection

_TEMPLATE = Path(__file__).with_name("mirror.sql")
_PLACES = {"id": "id", "credits_remaining": "monthly", "addon_credits": "addon"}
_FUNCTION = re.compile(r"function credits_mirror\.(\w+)\(\)\n.*?\nas (\$\w+\$)(.*?)\2", re.DOTALL)
_FOUND = """
select n.nspname, pg_catalog.obj_description(n.oid, 'pg_namespace') as names
  from pg_catalog.pg_namespace n
 where n.nspname = 'credits_mirror'"""
_TRIGGERS = """
select f.proname as function, f.prosrc as body,
       f.prosecdef and coalesce(f.proconfig @> '{row_security=off}', false) as safe,
       t.tgenabled <> 'D' as enabled, n.nspname as schema, c.relname as name
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
        **{_PLACES[name]: identifier(column) for name, column in columns.items()},
    }
    return re.sub(r"\{(\w+)\}", lambda place: texts[place[1]], _TEMPLATE.read_text("utf-8"))


async def read_mirror(connection: Connection) -> MirrorState | None:
    """The mirror of a database; None where nobody has made one."""
    found = await connection.fetchrow(_FOUND)
    if found is None:
        return None
    try:
        made_for = json.loads(found["names"] or "")
        schema, name = made_for["table"]
        columns = {("profiles", ours): made_for["columns"][ours] for ours in TABLES["profiles"]}
    except (ValueError, LookupError, TypeError):
        return MirrorState(table="", problem="the comment on schema credits_mirror was changed")
    names = Names(tables={"profiles": (schema, name)}, columns=columns)
    places = {"write_old_columns": ("credits", "profiles"), "refuse_old_writers": (schema, name)}
    wanted = {name: body for name, _, body in _FUNCTION.findall(mirror_sql(names))}
    rows = {
        (row["function"], row["schema"], row["name"]): row
        for row in await connection.fetch(_TRIGGERS)
    }
    for function, place in places.items():
        row = rows.get((function, *place))
        if row is None:
            problem = f"the trigger {function} on {shown(place)} is missing"
        elif not row["enabled"]:
            problem = f"the trigger {function} on {shown(place)} is off"
        elif row["body"] != wanted[function] or not row["safe"]:
            problem = f"the function credits_mirror.{function} is not of this version"
        else:
            continue
        return MirrorState(table=shown((schema, name)), problem=problem)
    return MirrorState(table=shown((schema, name)), problem="")
