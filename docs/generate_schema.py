"""Writes docs/schema.md: the whole schema, as the catalog of a freshly migrated database has it.

`make docs` runs it on the PostgreSQL server of the wheel, and a test compares the page with the
catalog on whatever server it runs: versions 15 to 18 put everything here in the same words.
"""

from __future__ import annotations

from typing import Any, LiteralString

import psycopg
from psycopg.rows import namedtuple_row

from generate_reference import DOCS, wrap
from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate

SCHEMA = DOCS / "schema.md"

INTRODUCTION = """\
# Schema

<!-- Written by docs/generate_schema.py from the catalog of a migrated database. -->

Everything that the schema `credits` holds beside its [functions](reference.md), as PostgreSQL's
catalog has it.

- [Tables](#tables), with their constraints, indexes and policies
- [Result types](#result-types): the rows that functions answer with
- [Argument types](#argument-types): the rows that an import takes
- [Internal types](#internal-types)
- [Views](#views)
"""
TABLES = """\
## Tables

Only the functions write them, and `credits_reader` reads them. The exception is
[settings](operations.md#settings), which an administrator changes.

Row-level security is on everywhere: who is not the owner sees those rows of a table that one of its
policies gives, if it may read the table at all. Customers read [views](#views) of their own:
[how they do](operations.md#postgrest-and-supabase).
"""
RESULT_TYPES = """\
## Result types

`get_statement` and `expire_packs` answer with rows of the table [ledger](#ledger).
"""
INTERNAL_TYPES = """\
## Internal types

What internal functions hand to each other. Nobody else uses them.

| type | attributes | meaning |
|---|---|---|"""

_RELATIONS: LiteralString = """
select c.oid, c.relname as name, c.relkind::text as kind,
       coalesce(obj_description(t.oid, 'pg_type'), obj_description(c.oid, 'pg_class')) as comment,
       array(select f.proname::text from pg_proc f
              where f.pronamespace = c.relnamespace and f.proname !~ '^_' and f.prorettype = t.oid
              order by 1) as answers,
       exists (select from pg_proc f
                where f.pronamespace = c.relnamespace and f.proname !~ '^_'
                  and t.typarray = any (f.proargtypes)) as argument
  from pg_class c
  join pg_type t on t.typrelid = c.oid
 where c.relnamespace = 'credits'::regnamespace and c.relkind in ('r', 'c', 'v')
   and c.relname !~ 'yoyo'
 order by c.oid
"""
_COLUMNS: LiteralString = """
select a.attname as name, a.attnotnull as required, pg_get_expr(d.adbin, d.adrelid) as preset,
       replace(replace(format_type(a.atttypid, a.atttypmod), 'credits.', ''),
               'timestamp with time zone', 'timestamptz') as type,
       coalesce(col_description(a.attrelid, a.attnum), '') as meaning
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = %s and a.attnum > 0 and not a.attisdropped
 order by a.attnum
"""
# The rules of a table, in the order in which they are shown.
_RULES: tuple[tuple[str, LiteralString], ...] = (
    (
        "Constraints",
        """
        select format('%%s: %%s', conname, pg_get_constraintdef(oid, true))
          from pg_constraint where conrelid = %s and contype in ('p', 'u', 'f', 'c')
         order by array_position('{p,u,f,c}', contype::text), conname
        """,
    ),
    (
        "Rules, in the function of that constraint: a row for which a condition is true is refused",
        r"""
        select substr(line, 5)
          from pg_depend d
          join pg_constraint c on c.oid = d.objid and d.classid = 'pg_constraint'::regclass
          join pg_proc f on f.oid = d.refobjid and d.refclassid = 'pg_proc'::regclass
         cross join string_to_table(substring(f.prosrc from E'case\n(.*?)\n  end;'), E'\n') line
         where c.conrelid = %s
        """,
    ),
    (
        "Indexes",
        """
        select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = %s
           and not exists (select from pg_constraint c where c.conindid = i.indexrelid
                                                         and c.contype in ('p', 'u'))
         order by i.indexrelid
        """,
    ),
    (
        "Triggers",
        """
        select pg_get_triggerdef(t.oid, true)
               || case t.tgenabled when 'A' then ' (enabled always)' else '' end
          from pg_trigger t where t.tgrelid = %s and not t.tgisinternal order by t.tgname
        """,
    ),
    (
        "Storage parameters",
        "select unnest(c.reloptions) from pg_class c where c.oid = %s order by 1",
    ),
    (
        "Policies",
        """
        select format('%%s: %%s for %%s', p.policyname, p.cmd, array_to_string(p.roles, ', '))
          from pg_policies p
         where format('%%I.%%I', p.schemaname, p.tablename)::regclass = %s order by p.policyname
        """,
    ),
)


def schema(url: str) -> str:
    """The text of the whole page, from the catalog of a migrated database."""
    with psycopg.connect(url, row_factory=namedtuple_row) as connection:
        connection.execute("set search_path to pg_catalog, credits")
        relations: list[Any] = connection.execute(_RELATIONS).fetchall()
        tables = [r for r in relations if r.kind == "r"]
        types = [r for r in relations if r.kind == "c" and not r.name.startswith("_")]
        results = [r for r in types if not r.argument]
        arguments = [r for r in types if r.argument]
        internal = [r for r in relations if r.kind == "c" and r.name.startswith("_")]
        views = [r for r in relations if r.kind == "v"]
        return "\n".join(
            [
                INTRODUCTION,
                TABLES,
                *(wrap(f"- [{t.name}](#{t.name}): {t.comment}") for t in tables),
                "",
                *(table_section(connection, t) for t in tables),
                RESULT_TYPES,
                *(type_section(connection, t) for t in results),
                "## Argument types\n",
                *(type_section(connection, t) for t in arguments),
                INTERNAL_TYPES,
                *(internal_row(connection, t) for t in internal),
                "",
                "## Views\n",
                *(view_section(connection, v) for v in views),
            ]
        )


def table_section(connection: psycopg.Connection[Any], table: Any) -> str:
    lines = [
        f"### {table.name}\n",
        f"{wrap(table.comment)}\n",
        "| column | type | null | default | meaning |",
        "|---|---|---|---|---|",
        *(
            f"| `{c.name}` | {c.type} | {'no' if c.required else 'yes'} "
            f"| {f'`{c.preset}`' if c.preset else ''} | {c.meaning} |"
            for c in columns(connection, table)
        ),
        "",
    ]
    for title, query in _RULES:
        if rules := connection.execute(query, [table.oid]).fetchall():
            lines += [f"{title}:\n", "```text", *(rule[0] for rule in rules), "```\n"]
    return "\n".join(lines)


def type_section(connection: psycopg.Connection[Any], result: Any) -> str:
    answers = ", ".join(f"[{name}](reference.md#{name})" for name in result.answers)
    return "\n".join(
        [
            f"### {result.name}\n",
            f"{wrap(result.comment)}\n",
            *([f"{wrap(f'Answer of {answers}.')}\n"] if answers else []),
            "| attribute | type | meaning |",
            "|---|---|---|",
            *(f"| `{c.name}` | {c.type} | {c.meaning} |" for c in columns(connection, result)),
            "",
        ]
    )


def internal_row(connection: psycopg.Connection[Any], internal: Any) -> str:
    attributes = ", ".join(f"{c.name} {c.type}" for c in columns(connection, internal))
    return f"| `{internal.name}` | {attributes} | {internal.comment} |"


def view_section(connection: psycopg.Connection[Any], view: Any) -> str:
    names = ", ".join(f"`{c.name}`" for c in columns(connection, view))
    return f"### {view.name}\n\n{wrap(view.comment)}\n\n{wrap(f'Columns: {names}.')}\n"


def columns(connection: psycopg.Connection[Any], relation: Any) -> list[Any]:
    return connection.execute(_COLUMNS, [relation.oid]).fetchall()


if __name__ == "__main__":
    with LocalServer() as server:
        migrate(server.url())
        SCHEMA.write_text(schema(server.url()), "utf-8")
