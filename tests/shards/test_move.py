"""A shard moves while its customers are charged, whatever becomes of the command that moves it."""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from load import Load, Router, held

from cli.cli_tools import Answer, call, environment, execute
from fire.faults.servers import Server
from pgcredits import Credits
from pgcredits._shards.map import ShardMap
from pgcredits._shards.places import TABLES
from pgcredits.testing import database_name

# Nothing here is worth a flush: programs are killed, and servers are not.
SETTINGS = {"wal_level": "logical", "fsync": "off", "full_page_writes": "off"}
# Before each of these in turn the command is killed: so after each of those before it, too.
STEPS = (
    "move.migrate_database",
    "copying.Copying.begin",
    "copying.Copying.follow",
    "switching.Switch._is_complete",  # nobody can write
    "switching.close_gate",  # the new server has everything, and nothing is decided
    "move.Move._take_over",  # the old database refuses writes
    "move.Move._deciding",  # and lets nobody in
    "move.change",  # the new one is open, and nobody knows
    "move.Move._tell_proxy",
    "move.drop_slot",
)
SILENT = ("move.Move._take_over", "move.Move._deciding", "move.change")
DYING = """
import os, pkgutil, signal, sys
from pgcredits._cli.program import app
owner, _, name = f"pgcredits._shards.{sys.argv.pop(1)}".rpartition(".")
setattr(pkgutil.resolve_name(owner), name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
app()
"""


@pytest.fixture(scope="module")
def two_servers() -> Iterator[tuple[Server, Server]]:
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    folder.chmod(0o1777)
    try:
        with Server(folder / "a", **SETTINGS) as a, Server(folder / "b", **SETTINGS) as b:
            yield a, b
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def moving(two_servers: tuple[Server, Server], map_file: Path) -> Iterator[Path]:
    """The map of two shards on the first server, with an empty second one."""
    a, b = two_servers
    template = database_name("move_{shard}")
    lines = ["shards = 2", "[servers.a]", f'url = "{a.url(template)}"', 'shards = "0-1"']
    lines += ["[servers.b]", f'url = "{b.url(template)}"', 'shards = ""']
    map_file.write_text("\n".join(lines), "utf-8")
    assert call("shards", "init", "--map", map_file).code == 0
    assert call("shards", "migrate", "--map", map_file).code == 0
    yield map_file
    for server in two_servers:
        with server.connect() as connection:
            for shard in range(2):
                name = template.replace("{shard}", str(shard))
                if (subscription := f"credits_move_{shard}") in names(server, "subname"):
                    with psycopg.connect(server.url(name), autocommit=True) as target:
                        target.execute(f"alter subscription {subscription} disable")
                        target.execute(f"alter subscription {subscription} set (slot_name = none)")
                        target.execute(f"drop subscription {subscription}")
                connection.execute(
                    "select pg_terminate_backend(active_pid) from pg_replication_slots"
                )
                connection.execute(
                    "select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                    " where not active"
                )
                connection.execute(f"drop database if exists {name} with (force)")


def names(server: Server, _: str) -> list[str]:
    with server.connect() as connection:
        rows = connection.execute("select subname from pg_subscription").fetchall()
        return [row[0] for row in rows]


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
        name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
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
