"""A shard moves while its customers are charged, whatever becomes of the command that moves it."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import asyncpg
import psycopg
import pytest
from load import Load, Router, held
from psycopg.conninfo import conninfo_to_dict

from cli.cli_tools import Answer, call, environment, execute, fetch
from fire.faults.servers import Server, until
from pgcredits import Credits
from pgcredits._server.migrate import migrate
from pgcredits._shards.databases import with_database
from pgcredits._shards.map import ShardMap
from pgcredits._shards.places import TABLES
from pgcredits.testing import clone, database_name, template

# Nothing here is worth a flush: programs are killed, and servers are not.
SETTINGS = {"wal_level": "logical", "fsync": "off", "full_page_writes": "off"}
# Before each of these in turn the command is killed: so after each of those before it, too.
STEPS = (
    "copying.Copying.follow",
    "switching.close_gate",  # nobody can write, and the new server has everything
    "move.Move._deciding",  # the old database refuses writes, and lets nobody in
    "move.change",  # the new one is open, and nobody knows
    "move.drop_slot",
)
SILENT = ("move.Move._deciding", "move.change")
DYING = """
import os, pkgutil, signal, sys
from pgcredits._cli.program import app
owner, _, name = f"pgcredits._shards.{sys.argv.pop(1)}".rpartition(".")
setattr(pkgutil.resolve_name(owner), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
app()
"""


@pytest.fixture(scope="module")
def two_servers() -> Iterator[tuple[Server, Server]]:
    """Two servers; the first has a migrated template."""
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    folder.chmod(0o1777)
    try:
        with (
            Server(folder / "a", **SETTINGS) as a,
            Server(folder / "b", **SETTINGS) as b,
            template(a.url()) as url,
        ):
            migrate(url)
            yield a, b
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def moving(two_servers: tuple[Server, Server], map_file: Path) -> Iterator[Path]:
    """The map of two shards on the first server, with an empty second one."""
    a, b = two_servers
    name = database_name("move_{shard}")
    lines = ["shards = 2", "[servers.a]", f'url = "{a.url(name)}"', 'shards = "0-1"']
    lines += ["[servers.b]", f'url = "{b.url(name)}"', 'shards = ""']
    map_file.write_text("\n".join(lines), "utf-8")
    with clone(a.url(), "move_0"), clone(a.url(), "move_1"):
        yield map_file
        end_copying(b, name.replace("{shard}", "1"))
        with a.connect() as connection:
            connection.execute("select pg_terminate_backend(active_pid) from pg_replication_slots")
            until(lambda: no_slot_is_used(a), "the end of the copying")
            connection.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
            )


def end_copying(server: Server, name: str) -> None:
    """Drops a new database, however far it has come."""
    with server.connect() as connection:
        rows = connection.execute("select subname from pg_subscription").fetchall()
        for row in rows:
            with psycopg.connect(server.url(name), autocommit=True) as target:
                target.execute(f"alter subscription {row[0]} disable")
                target.execute(f"alter subscription {row[0]} set (slot_name = none)")
                target.execute(f"drop subscription {row[0]}")
        connection.execute(f"drop database if exists {name} with (force)")


def no_slot_is_used(server: Server) -> bool:
    return not server.ask("select count(*) from pg_replication_slots where active")


def urls(map_file: Path, shard: int = 1) -> tuple[str, str]:
    """The shard's place on each server."""
    found = ShardMap.read(map_file)
    return found.server("a").url_of(shard), found.server("b").url_of(shard)


def move_it(map_file: Path, *options: object) -> Answer:
    return call("shards", "move", 1, "--to", "b", "--map", map_file, *options)


async def killed_before(step: str, map_file: Path) -> int:
    """Runs the command, which is killed before a step; its exit code."""
    command = ["shards", "move", "1", "--to", "b", "--map", str(map_file)]
    for _ in range(50):
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            DYING,
            step,
            *command,
            env=environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        _, told = await program.communicate()
        if b"Another command" not in told:  # the server has not noticed the end of the last one
            assert program.returncode is not None
            return program.returncode
        await asyncio.sleep(0.05)
    raise AssertionError("the lock of the last command stays")


class Dead(BaseException):
    """The command is no more: nothing of it clears up, but that its sessions end."""


def stopped_before(step: str, map_file: Path) -> bool:
    """Runs the command in this process until a step."""
    with patch(f"pgcredits._shards.{step}", side_effect=Dead), pytest.raises(Dead):
        move_it(map_file)
    return True


async def rows_of(url: str) -> dict[str, list[str]]:
    connection = await asyncpg.connect(url)
    try:
        return {
            table["name"]: [
                row[0]
                for row in await connection.fetch(
                    f"select t::text from credits.{table['name']} t order by 1"
                )
            ]
            for table in await connection.fetch(TABLES)
        }
    finally:
        await connection.close()


def allow(server: Server, url: str) -> None:
    """A superuser looks into a closed database."""
    with server.connect() as connection:
        name = conninfo_to_dict(url)["dbname"]
        connection.execute(f'alter database "{name}" allow_connections true')


async def test_a_shard_moves_under_load_though_the_command_is_killed_at_every_step(
    two_servers: tuple[Server, Server], moving: Path
) -> None:
    logging.getLogger("pgcredits").setLevel(logging.ERROR)
    old, new = urls(moving)
    router = Router(moving, 1)
    load = Load(router)
    await load.open()
    async with load.running():
        for step in STEPS:
            assert await killed_before(step, moving) == -signal.SIGKILL, step
            if step not in SILENT:
                await load.more(20)
        assert (await asyncio.to_thread(move_it, moving)).code == 0
        await load.more(100)
    router.terminate()
    assert ShardMap.read(moving).urls[1] == new
    # All that was acknowledged is there, and nothing else.
    assert await held(new) == load.kept
    connection = await asyncpg.connect(new)
    assert await Credits(connection).check_integrity() == []
    await connection.close()
    assert (await asyncio.to_thread(call, "shards", "status", "--map", moving)).code == 0
    # The old server keeps nothing for the move, and its database lets nobody in.
    assert old_is_closed(old)
    a, b = two_servers
    assert a.ask("select count(*) from pg_replication_slots") == 0
    assert b.ask("select count(*) from pg_subscription") == 0
    allow(a, old)
    for role in ("origin", "replica"):
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction, match="shard_is_moving"):
            execute(
                old, f"set session_replication_role = {role}; update credits.profiles set seq = 0"
            )
    then, now = await rows_of(old), await rows_of(new)
    assert set(then["ledger"]) <= set(now["ledger"])
    assert len(then["ledger"]) > 100
    assert then["settings"] == now["settings"]


def old_is_closed(url: str) -> bool:
    with pytest.raises(psycopg.OperationalError, match="not currently accepting connections"):
        psycopg.connect(url)
    return True


# --- back -----------------------------------------------------------------------------------------


def everything_is_as_before(two_servers: tuple[Server, Server], map_file: Path) -> bool:
    a, b = two_servers
    old, new = urls(map_file)
    assert ShardMap.read(map_file).urls[1] == old
    execute(old, f"select credits.open_profile('{uuid4()}', 5)")
    assert fetch(old, "select to_regnamespace('credits_move')") == [(None,)]
    assert call("shards", "status", "--map", map_file).code == 0
    assert a.ask("select count(*) from pg_replication_slots") == 0
    assert b.ask("select count(*) from pg_subscription") == 0
    there = "select count(*) from pg_database where datname = %s"
    assert b.ask(there, conninfo_to_dict(new)["dbname"]) == 0
    return True


@pytest.mark.parametrize(
    "step", ["copying.Copying.begin", "switching.close_gate", "move.Move._take_over", "move.let_in"]
)
def test_a_move_is_undone_until_the_new_database_has_taken_over(
    step: str, two_servers: tuple[Server, Server], moving: Path
) -> None:
    assert stopped_before(step, moving)
    undone = move_it(moving, "--undo")
    assert undone.code == 0, undone
    assert undone.stdout == "Shard 1 stays where it is, as if it had never been on its way.\n"
    assert everything_is_as_before(two_servers, moving)
    assert move_it(moving, "--undo").code == 0  # nothing is left to undo
    assert everything_is_as_before(two_servers, moving)


def test_a_new_database_that_has_taken_over_is_never_dropped(
    two_servers: tuple[Server, Server], moving: Path
) -> None:
    old, new = urls(moving)
    assert stopped_before("move.change", moving)
    execute(new, f"select credits.open_profile('{uuid4()}', 5)")
    answer = move_it(moving, "--undo")
    assert answer.code == 2
    assert answer.sentence.endswith("the move can only go on, with --to b.")
    assert old_is_closed(old)
    other = map_with_a_third_server(moving, new)
    elsewhere = call("shards", "move", 1, "--to", "c", "--map", other)
    assert (elsewhere.code, "is on its way to b" in elsewhere.sentence) == (2, True)
    document = move_it(moving, "--json").document
    assert document["moved"]["silence_seconds"] is None
    assert fetch(new, "select count(*) from credits.profiles") == [(1,)]
    assert move_it(moving, "--undo").sentence.startswith("Shard 1 is on b: move it back")


def map_with_a_third_server(map_file: Path, url: str) -> Path:
    other = map_file.with_name("other.toml")
    third = url.replace("move_1", "third_{shard}")
    text = f'{map_file.read_text("utf-8")}\n[servers.c]\nurl = "{third}"\n'
    other.write_text(text, "utf-8")
    return other


def test_whoever_goes_on_and_whoever_undoes_cannot_both_win(
    moving: Path,
) -> None:
    """The command that goes on is held up where the other one may no longer enter."""
    assert stopped_before("move.Move._deciding", moving)
    ask = "select pg_advisory_lock(hashtextextended('pgcredits.shards.move ' || %s, 0))"
    old, new = urls(moving)
    beside = with_database(old, "postgres")
    with psycopg.connect(beside) as holder:
        holder.execute(ask, [conninfo_to_dict(old)["dbname"]])
        answer = move_it(moving, "--undo")
    assert (answer.code, answer.sentence) == (2, "Another command is moving shard 1.")
    # And if it lost that lock with its connection, the new database decides.
    execute(with_database(new, "postgres"), undoing(new))
    answer = move_it(moving)
    assert (answer.code, answer.sentence) == (2, "Another command is undoing this move.")
    assert move_it(moving, "--undo").code == 0


def test_an_undo_that_comes_too_late_drops_nothing(moving: Path) -> None:
    assert stopped_before("move.Move._deciding", moving)
    _, new = urls(moving)
    lock = "select pg_advisory_xact_lock(hashtextextended('pgcredits.shards.move', 0))"
    waiting = "select count(*) > 0 from pg_locks where locktype = 'advisory' and not granted"
    with psycopg.connect(new) as other, ThreadPoolExecutor() as beside:
        other.execute(lock)
        undo = beside.submit(move_it, moving, "--undo")
        until(lambda: fetch(new, waiting)[0][0], "the undo to wait")
        other.execute(taking_over(new))
        other.commit()
        answer = undo.result()
    assert (answer.code, answer.sentence) == (2, "The new database has taken over meanwhile.")
    assert fetch(new, "select count(*) from credits.profiles") == [(0,)]


def taking_over(url: str) -> str:
    name = conninfo_to_dict(url)["dbname"]
    return f'alter database "{name}" reset pgcredits.arriving'


def undoing(url: str) -> str:
    name = conninfo_to_dict(url)["dbname"]
    return f"alter database \"{name}\" set pgcredits.arriving = '(dropped)'"


# --- what is refused, with nothing done -----------------------------------------------------------


def refused(map_file: Path, said: str, *options: object) -> bool:
    answer = move_it(map_file, *options)
    assert answer.code == 2
    assert said in answer.stderr
    assert answer.stdout == ""
    old, _ = urls(map_file)
    execute(old, f"select credits.open_profile('{uuid4()}', 5)")
    assert ShardMap.read(map_file).urls[1] == old
    return True


def test_what_cannot_move_is_refused_in_words(
    two_servers: tuple[Server, Server], moving: Path
) -> None:
    old, new = urls(moving)
    nowhere = call("shards", "move", 1, "--to", "c", "--map", moving)
    assert (nowhere.code, nowhere.sentence) == (2, "The map has no server c, only: a, b.")
    nothing = call("shards", "move", 2, "--to", "b", "--map", moving)
    assert (nothing.code, nothing.sentence) == (2, "There is no shard 2: the map has 2.")
    execute(old, "create table ours (id int); create table more (id int)")
    assert refused(moving, "The database has tables of your own: more, ours.")
    execute(old, "drop table ours, more")
    execute(old, "create table credits.keyless (id int)")
    assert refused(moving, "These tables have no primary key: keyless.")
    execute(old, "drop table credits.keyless")
    with two_servers[1].connect() as connection:
        connection.execute(f'create database "{conninfo_to_dict(new)["dbname"]}"')
    assert refused(moving, "which is not of this move: drop it there.")


def test_a_server_is_asked_whether_it_can(moving: Path, migrated_server: str) -> None:
    text = moving.read_text("utf-8")
    first = ShardMap.read(moving).server("a").url
    second = ShardMap.read(moving).server("b").url
    moving.write_text(text.replace(second, first.replace("move_", "two_")), "utf-8")
    assert refused(moving, "Both are databases of one server: a shard moves to another one.")
    with clone(migrated_server, "plain_1") as plain:
        template = plain.replace("plain_1", "plain_{shard}")
        text = f'shards = 2\n[servers.a]\nurl = "{template}"\nshards = "1"\n'
        moving.write_text(f'{text}[servers.b]\nurl = "{second}"\nshards = "0"', "utf-8")
        answer = move_it(moving)
    assert answer.code == 2
    assert answer.sentence.startswith("The old server has wal_level = replica, and copying")


def test_the_new_server_needs_the_same_logins(
    two_servers: tuple[Server, Server], moving: Path
) -> None:
    a, b = two_servers
    with a.connect() as connection:
        connection.execute("create role clerk login in role credits_app")
    try:
        assert refused(moving, "lacks logins of the old one: clerk in credits_app.")
        with b.connect() as connection:
            connection.execute("create role clerk login in role credits_app")
        assert move_it(moving).code == 0
    finally:
        for server in two_servers:
            with server.connect() as connection:
                connection.execute("drop role if exists clerk")


def test_writers_go_on_where_the_new_server_is_too_slow(
    two_servers: tuple[Server, Server], moving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stopped_before("switching.Switch._lock", moving)
    old, _ = urls(moving)
    worker = two_servers[1].ask("select pid from pg_stat_subscription where relid is null")
    monkeypatch.setattr("pgcredits._shards.switching._ATTEMPTS", 1)
    os.kill(worker, signal.SIGSTOP)
    execute(old, f"select credits.open_profile('{uuid4()}', 5)")
    try:
        with patch("pgcredits._shards.move.Move._take_over", side_effect=Dead):
            assert refused(moving, "The new server does not keep up", "--silence", "1s")
    finally:
        os.kill(worker, signal.SIGCONT)
    assert fetch(old, "select to_regnamespace('credits_move')") == [(None,)]
    moved = move_it(moving, "--json").document["moved"]
    assert 0 < moved["silence_seconds"] < 5


def test_a_transaction_that_keeps_writing_is_waited_for_and_not_for_ever(
    moving: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert stopped_before("switching.Switch._lock", moving)
    monkeypatch.setattr("pgcredits._shards.switching._LOCK_ATTEMPTS", 2)
    old, _ = urls(moving)
    with psycopg.connect(old) as writer:
        writer.execute("set idle_in_transaction_session_timeout = 0")
        writer.execute(f"select credits.open_profile('{uuid4()}', 5)")
        answer = move_it(moving)
        assert answer.code == 2
        assert "A transaction keeps writing to the old database" in answer.stderr
    assert move_it(moving).code == 0
    assert fetch(urls(moving)[1], "select count(*) from credits.profiles") == [(1,)]


def test_copying_that_fails_is_said_and_undone(
    two_servers: tuple[Server, Server], moving: Path
) -> None:
    assert stopped_before("copying.Copying.follow", moving)
    old, new = urls(moving)
    profile = uuid4()
    until(lambda: ready(new), "the copies")
    with psycopg.connect(new, options="-c session_replication_role=replica") as odd:
        odd.execute("insert into credits.profiles (id, created_at) values (%s, now())", [profile])
    execute(old, f"select credits.open_profile('{profile}', 5)")
    answer = move_it(moving)
    assert answer.code == 2
    assert "Copying has failed: the log of the new server says why." in answer.stderr
    assert move_it(moving, "--undo").code == 0
    assert everything_is_as_before(two_servers, moving)


def ready(url: str) -> bool:
    query = "select count(*) filter (where srsubstate <> 'r') = 0 from pg_subscription_rel"
    return bool(fetch(url, query)[0][0])


def test_a_shard_that_is_moving_is_not_migrated(moving: Path) -> None:
    assert stopped_before("copying.Copying.follow", moving)
    for command in ("migrate", "status"):
        answer = call("shards", command, "--map", moving)
        assert answer.code == 2
        assert answer.stdout.splitlines()[1].startswith("shard 1  a  It is moving:")
    assert move_it(moving).stdout.startswith("Shard 1 has moved from a to b.\n")
    assert call("shards", "migrate", "--map", moving).code == 0
    assert move_it(moving).code == 0


def test_writers_may_have_to_wait_for_a_moment(moving: Path) -> None:
    assert move_it(moving, "--silence", "0s").code == 2
