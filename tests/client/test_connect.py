"""A URL of several servers: each is tried in turn, and none takes the time of the others."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import asyncpg
import pytest
from psycopg.conninfo import conninfo_to_dict

from pgcredits import Credits, connect
from pgcredits._connect import at_host, each_host


@pytest.mark.parametrize(
    ("url", "each"),
    [
        ("postgresql:///d", ["postgresql:///d"]),
        ("postgresql://u@a:1/d?sslmode=disable", ["postgresql://u@a:1/d?sslmode=disable"]),
        ("postgresql://u:p%2C@a:1,b/d", ["postgresql://u:p%2C@a:1/d", "postgresql://u:p%2C@b/d"]),
        (
            "postgresql://a,b:2/d?target_session_attrs=read-write",
            [
                "postgresql://a/d?target_session_attrs=read-write",
                "postgresql://b:2/d?target_session_attrs=read-write",
            ],
        ),
        ("postgresql://[::1]:1,b/d", ["postgresql://[::1]:1/d", "postgresql://b/d"]),
        ("postgresql://u@/d?host=a,b&port=1,2", ["postgresql://u@a:1/d", "postgresql://u@b:2/d"]),
        ("postgresql://u@/d?host=a,b&port=7", ["postgresql://u@a:7/d", "postgresql://u@b:7/d"]),
        (
            "postgresql:///d?host=/x,/y&port=7",
            ["postgresql:///d?host=/x&port=7", "postgresql:///d?host=/y&port=7"],
        ),
        (
            "postgresql://u@%2Fx:7,b/d",
            ["postgresql://u@/d?host=/x&port=7", "postgresql://u@b/d"],
        ),
    ],
)
def test_a_url_of_several_servers_is_one_url_of_each(url: str, each: list[str]) -> None:
    assert each_host(url) == each
    whole = conninfo_to_dict(url)
    for place, one in enumerate(each):  # as libpq reads both
        single = conninfo_to_dict(one)
        for name in ("host", "port"):
            values = str(whole.get(name, "")).split(",")
            wanted = values[place if values[1:] else 0]
            assert str(single.get(name, "")) == wanted, name
        assert {**single, "host": "", "port": ""} == {**whole, "host": "", "port": ""}


def test_as_many_ports_as_servers_or_one() -> None:
    with pytest.raises(ValueError, match="zip"):
        each_host("postgresql:///d?host=a,b,c&port=1,2")


@pytest.mark.parametrize(
    ("url", "host", "one"),
    [
        ("postgresql://u:p@a:1,b:2/d?x=y", "b", "postgresql://u:p@b:2/d?x=y"),
        ("postgresql://a,b/d?target_session_attrs=read-write", "b", "postgresql://b:2/d"),
        ("postgresql:///d?host=/x,/y&port=1,2", "/y", "postgresql:///d?host=/y&port=2"),
        ("postgresql:///d", "/y", "postgresql:///d?host=/y&port=2"),
        ("postgresql://a/d", "::1", "postgresql://[::1]:2/d"),
    ],
)
def test_the_server_that_was_chosen_has_a_url_of_its_own(url: str, host: str, one: str) -> None:
    assert at_host(url, host, 2) == one


# With a server, and others that are away


@pytest.fixture
def silent() -> Iterator[str]:
    """A place where connections arrive and nobody ever says a word, as in a network that is cut."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        yield f"127.0.0.1:{place.getsockname()[1]}"


@pytest.fixture
def closed() -> str:
    """A place where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        return f"127.0.0.1:{place.getsockname()[1]}"


def with_before(url: str, *places: str, **more: str) -> str:
    """The URL of a server on a socket, with others before it in the list."""
    given = conninfo_to_dict(url)
    folder = str(given["host"]).replace("/", "%2F")
    query = "&".join(f"{name}={value}" for name, value in more.items())
    return f"postgresql://{given['user']}@{','.join(places)},{folder}:{given['port']}" + (
        f"/{given['dbname']}?{query}"
    )


async def test_a_server_that_is_away_is_passed_over(db_url: str, closed: str) -> None:
    connection = await connect(with_before(db_url, closed))
    assert await Credits(connection).schema_version()
    await connection.close()


async def test_a_server_that_says_nothing_does_not_take_the_time_of_the_next(
    db_url: str, silent: str
) -> None:
    url = with_before(db_url, silent, sslmode="disable")
    with pytest.raises(TimeoutError):  # the fault that this is about is real
        await asyncpg.connect(url, timeout=1)
    begun = time.monotonic()
    connection = await connect(f"{url}&connect_timeout=1")
    assert 0.9 < time.monotonic() - begun < 30
    await connection.close()


async def test_all_together_have_a_time(silent: str) -> None:
    with pytest.raises(TimeoutError):
        await connect(f"postgresql://u@{silent},{silent}/d?sslmode=disable", timeout=0.1)
    with pytest.raises(TimeoutError, match="no answer within 1 seconds"):
        await connect(f"postgresql://u@{silent},{silent}/d?sslmode=disable&connect_timeout=1")


async def test_a_pool_connects_with_it(db_url: str, closed: str) -> None:
    url = with_before(db_url, closed, target_session_attrs="read-write", keepalives_idle="5")
    async with asyncpg.create_pool(
        url, connect=connect, min_size=1, timeout=20, command_timeout=20
    ) as pool:
        assert await Credits(pool).schema_version()


@pytest.mark.parametrize("wanted", ["standby", "read-only"])
async def test_that_none_fits_says_more_than_that_one_is_away(
    db_url: str, closed: str, wanted: str
) -> None:
    url = with_before(db_url, closed)
    with pytest.raises(asyncpg.TargetServerAttributeNotMatched):
        await connect(f"{url}target_session_attrs={wanted}")
    with pytest.raises(asyncpg.TargetServerAttributeNotMatched):
        await connect(url, target_session_attrs=wanted)


async def test_a_standby_is_preferred_and_a_primary_will_do(db_url: str, closed: str) -> None:
    url = with_before(db_url, closed, target_session_attrs="prefer-standby")
    connection = await connect(url)
    assert not await connection.fetchval("select pg_is_in_recovery()")
    await connection.close()


async def test_a_refused_login_is_refused_everywhere(db_url: str, closed: str) -> None:
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await connect(with_before(db_url, closed).replace("/pgcredits_test_", "/no_such_"))
