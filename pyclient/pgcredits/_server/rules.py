"""What refuses wrong rows, compared with what the migrations say: constraints and the like.

`pgcredits migrate` makes none of it again, so what differs was changed by hand, or a
restore left it out. The functions
with the rules of a table rely on columns that are never null: a condition that is null breaks none.

Only the catalog is read, which every role may do.
"""

from __future__ import annotations

import re

from pgcredits._server.database import Connection
from pgcredits._server.schema import migrations_text

# The one constraint of a table calls it.
_FUNCTIONS = """
select format('function %s is not as its migration made it', w.name)
  from unnest($1::text[], $2::text[], $3::text[]) w (name, attributes, source)
  join pg_proc f on f.pronamespace = 'credits'::regnamespace and f.proname = w.name
  join pg_language l on l.oid = f.prolang
 where f.prosrc <> w.source
    or format('%s %s%s', l.lanname,
              case f.provolatile
                when 'i' then 'immutable'
                when 's' then 'stable'
                else 'volatile'
              end,
              case when f.proisstrict then ' strict' end) <> w.attributes"""

# A definition is there for constraints that call such a function. For others the name has to do:
# PostgreSQL writes an expression in words of its own.
_CONSTRAINTS = """
select format('constraint %s of table %s is %s', w.name, t.relname,
              case
                when c.oid is null then 'missing'
                when not c.convalidated then 'not valid'
                else 'not as its migration made it'
              end)
  from unnest($4::text[], $5::text[], $6::text[]) w (of, name, definition)
  join pg_class t on t.relnamespace = 'credits'::regnamespace and t.relname = w.of
  left join pg_constraint c on c.conrelid = t.oid and c.conname = w.name
 where c.oid is null
    or not c.convalidated
    or pg_get_constraintdef(c.oid) <> w.definition"""

# From PostgreSQL 18 on a column can have a not null that older rows may break.
_COLUMNS = """
select format('column %s of table %s %s', w.name, t.relname,
              case when a.attnum is null then 'is missing' else 'may be null' end)
  from unnest($7::text[], $8::text[]) w (of, name)
  join pg_class t on t.relnamespace = 'credits'::regnamespace and t.relname = w.of
  left join pg_attribute a on a.attrelid = t.oid and a.attname = w.name
 where a.attnotnull is distinct from true
    or exists (select from pg_constraint c
                where c.conrelid = t.oid
                  and c.contype = 'n'
                  and c.conkey = array[a.attnum]
                  and not c.convalidated)"""

_INDEXES = """
select format('index %s of table %s is %s', w.name, t.relname,
              case
                when i.indexrelid is null then 'missing'
                when not i.indisvalid then 'not valid'
                else 'not unique'
              end)
  from unnest($9::text[], $10::text[]) w (of, name)
  join pg_class t on t.relnamespace = 'credits'::regnamespace and t.relname = w.of
  left join pg_class x on x.relnamespace = t.relnamespace and x.relname = w.name
  left join pg_index i on i.indexrelid = x.oid and i.indrelid = t.oid
 where i.indexrelid is null
    or not i.indisvalid
    or not i.indisunique"""


async def rule_differences(connection: Connection) -> list[str]:
    """One line for each rule of a table that differs from what its migration made."""
    query = (
        f"select difference from ({_FUNCTIONS} union all {_CONSTRAINTS} union all {_COLUMNS}"  # noqa: S608
        f" union all {_INDEXES}) d (difference) order by 1"
    )
    columns = [
        list(column)
        for made in (_functions(), _constraints(), _columns(), _indexes())
        for column in zip(*made, strict=True)
    ]
    async with connection.transaction():
        # Whatever the role's is: a definition then names the schema of each function.
        await connection.execute("set local search_path = pg_catalog")
        return [row["difference"] for row in await connection.fetch(query, *columns)]


def _functions() -> list[tuple[str, str, str]]:
    """The name, the attributes and the text of each function that is the constraint of a table."""
    return re.findall(
        r"create or replace function credits\.(\w+)\([^$]*\nlanguage (.*)\n[^$]*\$\$([^$]*)\$\$;",
        migrations_text(),
    )


def _constraints() -> list[tuple[str, str, str | None]]:
    """The table and the name of each constraint; its definition, if it calls such a function."""
    statements = _statements()
    dropped = {
        (table, name)
        for table, text in statements
        for name in re.findall(r"drop constraint if exists (\w+)", text)
    }
    return [
        (table, name, f"CHECK (credits.{function}({table}.*))" if function else None)
        for table, text in statements
        for name, function in re.findall(
            r"^ +(?:add )?constraint (\w+)(?:\s+check \(credits\.(\w+)\(\w+\)\))?",
            text,
            re.MULTILINE,
        )
        if (table, name) not in dropped
    ]


def _columns() -> list[tuple[str, str]]:
    """The table and the name of each column that is never null."""
    return [
        (table, name)
        for table, text in _statements()
        for name in re.findall(
            r"^(?:  | *add column if not exists )(?!constraint )(\w+) \w[^,]*? not null",
            text,
            re.MULTILINE,
        )
    ]


def _indexes() -> list[tuple[str, str]]:
    """The table and the name of each unique index that is no constraint."""
    made = re.findall(
        r"create unique index if not exists (\w+)\s+on credits\.(\w+)", migrations_text()
    )
    return [(table, name) for name, table in made]


def _statements() -> list[tuple[str, str]]:
    """Each statement that makes or alters a table: which one, and what it has or gets."""
    text = re.sub(r"--.*", "", migrations_text())
    return re.findall(
        r"(?:create table if not exists|alter table) credits\.(\w+)\b([^;]*);", text, re.DOTALL
    )
