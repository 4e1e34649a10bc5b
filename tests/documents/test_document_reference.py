"""docs/reference.md is what its script makes, and the script reads the SQL as the server does."""

from __future__ import annotations

import asyncpg

import generate_reference as generator


def test_the_reference_is_what_make_docs_writes() -> None:
    assert generator.REFERENCE.read_text("utf-8") == generator.reference()


async def test_the_parameters_of_the_reference_are_those_of_the_catalog(
    pool: asyncpg.Pool,
) -> None:
    rows = await pool.fetch("""
        select f.proname, coalesce(f.proargnames, '{}') as names, f.pronargdefaults,
               array(select replace(t::regtype::text, 'timestamp with time zone', 'timestamptz')
                       from unnest(f.proargtypes) with ordinality a (t, position)
                      order by position) as types,
               pg_get_function_result(f.oid) as result, obj_description(f.oid) as comment
          from pg_proc f
         where f.pronamespace = 'credits'::regnamespace and f.proname !~ '^_'
    """)
    assert {
        function.name: (
            [p.name for p in function.parameters],
            [p.type for p in function.parameters],
            len([p for p in function.parameters if p.default]),
            function.result,
            function.comment,
        )
        for function in generator.functions()
    } == {
        row["proname"]: (
            row["names"],
            row["types"],
            row["pronargdefaults"],
            row["result"].replace("SETOF", "setof"),
            row["comment"],
        )
        for row in rows
    }
