"""The id of another system's text is the same UUID in Python and in SQL, on every database."""

from __future__ import annotations

from typing import Any
from uuid import RFC_4122, UUID

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgcredits import Credits, InvalidArgument, id_of
from pgcredits._server.schema import SQL_FOLDER
from pgcredits.testing import database_name

# What PostgreSQL can hold: no NUL, and no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def in_sql(connection: psycopg.Connection[Any], name: str | int) -> UUID:
    (row,) = connection.execute("select credits.id_of(%s::text)", [name]).fetchall()
    return UUID(str(row[0]))


def test_it_is_what_the_documents_say() -> None:
    assert id_of("user_2abc") == UUID("9ef1275a-df8c-85cf-9bb6-144d89b02d64")
    assert id_of("42") == id_of(42) == UUID("73475cb4-0a56-8e8d-a8a0-45ced110137e")


def test_sql_and_python_agree_on_every_text_and_number(db_url: str) -> None:
    with psycopg.connect(db_url, autocommit=True) as connection:

        @settings(max_examples=500, deadline=None)
        @given(TEXTS | st.integers(-(2**63), 2**63 - 1) | st.integers())
        def agree(name: str | int) -> None:
            id_ = id_of(name)
            assert (id_.version, id_.variant) == (8, RFC_4122)
            assert id_ == in_sql(connection, name)

        agree()


def test_a_database_that_is_not_in_utf_8_has_the_same_ids(empty_server: str) -> None:
    name = database_name("latin1")
    with psycopg.connect(empty_server, autocommit=True) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name} template template0 encoding latin1 locale 'C'")
        try:
            with psycopg.connect(empty_server, dbname=name, autocommit=True) as connection:
                connection.execute("create schema credits")
                connection.execute((SQL_FOLDER / "functions/id_of.sql").read_bytes())
                assert in_sql(connection, "caf\u00e9") == id_of("caf\u00e9")
        finally:
            server.execute(f"drop database {name}")


@pytest.mark.parametrize(
    "wrong",
    [None, "", "a\0b", "\ud800", True, 1.0, b"x", UUID(int=1), [], 10**5000],
    ids=lambda wrong: f"{type(wrong).__name__} {str(wrong)[:9]!a}" if wrong != 10**5000 else "huge",
)
def test_what_is_no_id_of_another_system_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidArgument) as caught:
        id_of(wrong)
    assert (caught.value.token, caught.value.sqlstate) == ("invalid_reference", "PT400")
    assert caught.value.detail == {"parameter": "name"}


async def test_an_id_of_another_system_is_refused_with_the_way_to_make_one(
    credits_client: Credits,
) -> None:
    with pytest.raises(InvalidArgument, match=r"pgcredits\.id_of"):
        await credits_client.get_balance("user_2abc")
    balance = await credits_client.open_profile(id_of("user_2abc"), credits_remaining=5)
    assert balance.profile_id == id_of("user_2abc")
