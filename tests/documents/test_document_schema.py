"""docs/schema.md is what its script makes of the catalog, and leaves out no column."""

from __future__ import annotations

import re

import asyncpg
import pytest

import generate_schema

PAGE = generate_schema.SCHEMA.read_text("utf-8")


def rows(chapter: str) -> list[tuple[str, ...]]:
    """The rows of the tables in a chapter of the page, each after the name of its section."""
    text = PAGE.partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    found = []
    for section in text.split("\n### ")[1:]:
        for line in re.findall(r"^\| `.*$", section, re.MULTILINE):
            cells = [cell.strip().strip("`") for cell in line.strip("|").split("|")]
            found.append((section.partition("\n")[0], *cells))
    return found


def test_the_page_is_what_make_docs_writes(db_url: str) -> None:
    assert generate_schema.schema(db_url) == PAGE


@pytest.mark.parametrize(
    ("chapters", "relkind"), [(["Result types", "Argument types"], "c"), (["Tables"], "r")]
)
async def test_the_columns_of_the_page_are_those_of_the_catalog(
    pool: asyncpg.Pool, chapters: list[str], relkind: str
) -> None:
    of_catalog = await pool.fetch(
        """
        select c.relname, a.attname, replace(replace(format_type(a.atttypid, null),
               'timestamp with time zone', 'timestamptz'), 'credits.', '') as type,
               coalesce(col_description(c.oid, a.attnum), '') as comment
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'credits'::regnamespace and c.relkind::text = $1
           and c.relname !~ 'yoyo|^_'
         order by c.relname, a.attnum
        """,
        relkind,
    )
    # A table has columns for null and default before the meaning.
    of_page = [(*row[:3], row[-1]) for chapter in chapters for row in rows(chapter)]
    assert len(of_page) > 50
    assert sorted(of_page, key=lambda row: row[0]) == [tuple(row) for row in of_catalog]
