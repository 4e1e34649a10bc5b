"""The proxy does what it says to connections, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from psycopg import OperationalError

from fire.faults.proxy import Proxy
from fire.faults.servers import until
from pgcredits._server.local_server import LocalServer


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as server, psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("create table kept (id int primary key)")
        yield server


@pytest.fixture
def proxy(server: LocalServer) -> Iterator[Proxy]:
    with Proxy(server.socket_folder) as proxy:
        yield proxy


def connect(proxy: Proxy, name: str = "me") -> psycopg.Connection[tuple[int, ...]]:
    url = f"{proxy.url('postgres')}&application_name={name}"
    return psycopg.connect(url, autocommit=True)


def is_kept(server: LocalServer, number: int) -> bool:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("select from kept where id = %s", [number]).fetchone()
    return row is not None


def sessions(server: LocalServer, name: str) -> int:
    with psycopg.connect(server.url()) as connection:
        query = "select count(*) from pg_stat_activity where application_name = %s"
        row = connection.execute(query, [name]).fetchone()
    assert row is not None
    return int(row[0])


def test_what_is_sent_arrives(proxy: Proxy) -> None:
    with connect(proxy) as connection:
        row = connection.execute("select repeat('x', 5000000)").fetchone()
    assert row == ("x" * 5_000_000,)


def test_a_cut_is_seen_by_both_sides(proxy: Proxy, server: LocalServer) -> None:
    with connect(proxy, "cut") as connection:
        assert proxy.cut() == 1
        with pytest.raises(OperationalError):
            connection.execute("select 1")
    until(lambda: sessions(server, "cut") == 0, "the end of the session")
    assert proxy.cut() == 0


def test_a_lost_answer_is_one_to_a_commit(proxy: Proxy, server: LocalServer) -> None:
    with connect(proxy, "unlucky") as connection:
        assert proxy.lose_answers(1) == 1
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute("select 1/0")
        connection.execute("begin")
        connection.execute("insert into kept values (1)")
        connection.execute("rollback")
        connection.execute("begin")
        connection.execute("insert into kept values (2)")
        before = time.monotonic_ns()
        with pytest.raises(OperationalError):
            connection.execute("commit")
    assert is_kept(server, 2)
    assert not is_kept(server, 1)
    (lost,) = proxy.counts.lost_answers
    assert lost.name == "unlucky"
    assert before < lost.at_ns < time.monotonic_ns()


def test_a_request_that_is_lost_has_no_effect(proxy: Proxy, server: LocalServer) -> None:
    with closing(connect(proxy, "lost")) as connection:
        assert proxy.lose(1, to_server=True, to_client=False) == 1
        send(connection, b"insert into kept values (3)")
        until(lambda: proxy.counts.dropped_bytes > 0, "the loss")
        assert not is_kept(server, 3)
    assert sessions(server, "lost") == 1  # nobody told the server that the client is gone
    proxy.heal()
    until(lambda: sessions(server, "lost") == 0, "the end of the session")


def test_an_answer_that_is_lost_had_an_effect(proxy: Proxy, server: LocalServer) -> None:
    with closing(connect(proxy)) as connection:
        assert proxy.lose(1, to_server=False, to_client=True) == 1
        send(connection, b"insert into kept values (4)")
        until(lambda: proxy.counts.dropped_bytes > 0, "the loss")
        assert is_kept(server, 4)
        assert connection.pgconn.is_busy()


def test_what_is_held_comes_later(proxy: Proxy, server: LocalServer) -> None:
    with closing(connect(proxy)) as connection:
        assert proxy.hold() == 1
        send(connection, b"insert into kept values (5)")
        assert not is_kept(server, 5)
        assert proxy.go_on() == 1
        until(lambda: is_kept(server, 5), "what was held")


def send(connection: psycopg.Connection[tuple[int, ...]], query: bytes) -> None:
    """Sends a query and does not wait for its answer."""
    connection.pgconn.send_query(query)
    connection.pgconn.flush()


def test_a_slow_network_keeps_the_order(proxy: Proxy) -> None:
    with connect(proxy) as connection:
        proxy.delay(0.01)
        row = connection.execute("select string_agg(n::text, ',') from generate_series(1, 50000) n")
        assert row.fetchone() == (",".join(map(str, range(1, 50_001))),)


def test_faults_choose_by_name(proxy: Proxy) -> None:
    with connect(proxy, "one") as one, connect(proxy, "two") as two:
        assert proxy.lose(5, to_server=True, to_client=True, of=lambda name: name == "two") == 1
        assert one.execute("select 1").fetchone() == (1,)
        proxy.heal()
        with pytest.raises(OperationalError):
            two.execute("select 1")


def test_without_a_server_nobody_is_let_in(proxy: Proxy, server: LocalServer) -> None:
    proxy.move(server.socket_folder / "elsewhere")
    with pytest.raises(OperationalError):
        connect(proxy)
    until(lambda: proxy.counts.refused > 0, "the refusal")
    proxy.move(server.socket_folder)
    with suppress(OperationalError), connect(proxy) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
