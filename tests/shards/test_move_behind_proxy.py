"""A shard behind a proxy moves, and whoever calls the proxy need not know."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import asyncpg
import pytest
from load import PROFILES, Load, held

from cli.cli_tools import call, fetch
from fire.faults.servers import Server
from pgcredits import __version__, shard_of
from pgcredits._shards.map import ShardMap
from proxy.proxy_tools import needed_programs

SETTINGS = {"wal_level": "logical", "fsync": "off", "full_page_writes": "off"}
GROUPS = ("credits_app", "credits_admin", "credits_reader")


@pytest.fixture
def behind_proxy(map_file: Path) -> Iterator[Path]:
    """The map of a proxy and its two shards on one server, with another one beside it."""
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    folder.chmod(0o1777)
    with patch.dict(os.environ, {"PGCREDITS_PGBIN": needed_programs()}):
        try:
            with Server(folder / "a", **SETTINGS) as a, Server(folder / "b", **SETTINGS) as b:
                with b.connect() as connection:
                    for group in GROUPS:
                        connection.execute(f"create role {group}")
                    connection.execute(
                        f"create role credits_proxy login in role {', '.join(GROUPS)}"
                    )
                lines = ["shards = 2", f'proxy = "{a.url("credits")}"']
                lines += ["[servers.a]", f'url = "{a.url("c{shard}")}"', 'shards = "0-1"']
                lines += ["[servers.b]", f'url = "{b.url("c{shard}")}"']
                map_file.write_text("\n".join(lines), "utf-8")
                assert call("shards", "init", "--map", map_file).code == 0
                assert call("shards", "migrate", "--map", map_file).code == 0
                yield map_file
        finally:
            shutil.rmtree(folder)


async def test_callers_of_the_proxy_are_charged_while_a_shard_moves(behind_proxy: Path) -> None:
    logging.getLogger("pgcredits").setLevel(logging.ERROR)
    found = ShardMap.read(behind_proxy)
    assert {shard_of(profile, 2) for profile in PROFILES} == {0, 1}
    async with asyncpg.create_pool(found.proxy_url, min_size=0, max_size=8) as pool:
        load = Load(pool)
        await load.open()
        async with load.running():
            await load.more(50)
            move = ["shards", "move", 1, "--to", "b", "--map", behind_proxy]
            moving = asyncio.create_task(asyncio.to_thread(call, *move))
            while not moving.done():  # both places have its profiles, and one of them is asked
                listed = await load.client.list_profiles()
                assert [each.profile_id for each in listed] == PROFILES
                await asyncio.sleep(0.05)
            answer = await moving
            assert answer.code == 0, answer
            await load.more(100)
        assert [each.profile_id for each in await load.client.list_profiles()] == PROFILES
        balance = await load.client.get_balance(PROFILES[0])
        assert balance.available > 0
    now = ShardMap.read(behind_proxy)
    assert now.urls[1] == found.server("b").url_of(1)
    assert {**await held(now.urls[0]), **await held(now.urls[1])} == load.kept
    for command in ("check", "status", "migrate"):
        result = await asyncio.to_thread(call, "shards", command, "--map", behind_proxy)
        assert result.code == 0, result
    assert result.stdout.splitlines()[-2:] == [
        f"proxy       The schema is version {__version__}.",
        f"All 2 shards are version {__version__}.",
    ]
    assert fetch(now.urls[1], "select credits_shard.place()") == [("1 of 2",)]
