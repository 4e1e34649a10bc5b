"""Shards and their proxy lost in every way, again and again, while customers are charged."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from cli.cli_tools import call
from fire.customers import Customers
from fire.faults.schedule import turns
from fire.faults.servers import USER, Server
from pgcredits._shards.map import ShardMap
from postgres_programs import plproxy_programs

SHARDS = 4
_LOAD_SECONDS = 1.0
_HANGING_SECONDS = 3.0
_END_SESSIONS_OF_PROXY = """
select pg_terminate_backend(a.pid) from pg_stat_activity a where a.usename = 'credits_proxy'"""


@dataclass
class Campaign:
    """``servers``: those of the shards. ``lost``: jobs that were answered and were not there when
    somebody looked after a fault."""

    servers: tuple[Server, ...]
    proxy: Server
    map: ShardMap
    customers: Customers
    chance: random.Random
    faults: Counter[str] = field(default_factory=Counter)
    looked_for: int = 0
    lost: list[str] = field(default_factory=list)

    def strike(self, name: str) -> None:
        """Does one fault, lets customers work on, and looks what is left."""
        FAULTS[name](self)
        self.faults[name] += 1
        seen, lost = self.customers.lost(*self.map.urls)
        self.looked_for += seen
        self.lost += [f"{name}: {job}" for job in lost]

    def some_server(self) -> Server:
        """One of those that have shards."""
        return self.chance.choice(self.servers)


# --- the faults -----------------------------------------------------------------------------------


def shards_killed(campaign: Campaign) -> None:
    """Half of the shards, and they are away for a while."""
    _kill([campaign.some_server()], seconds=_LOAD_SECONDS)


def shards_crashed(campaign: Campaign) -> None:
    """They are back as soon as they have recovered."""
    _kill([campaign.some_server()])


def all_shards_killed(campaign: Campaign) -> None:
    _kill(campaign.servers, seconds=_LOAD_SECONDS / 2)


def proxy_killed(campaign: Campaign) -> None:
    """While its calls go on at the shards: nobody hears their answers."""
    _kill([campaign.proxy])


def proxy_and_shards_killed(campaign: Campaign) -> None:
    _kill([campaign.proxy, campaign.some_server()], seconds=_LOAD_SECONDS / 2)


def shards_stopped(campaign: Campaign) -> None:
    """As for an upgrade: fast, with its sessions ended."""
    _kill([campaign.some_server()], how=signal.SIGINT)


def proxy_stopped(campaign: Campaign) -> None:
    _kill([campaign.proxy], how=signal.SIGINT)


def connections_lost(campaign: Campaign) -> None:
    """Those of the proxy to a server of shards."""
    with campaign.some_server().connect() as connection:
        connection.execute(_END_SESSIONS_OF_PROXY)


def shards_hang(campaign: Campaign) -> None:
    """Nothing of a server moves, and nobody is told."""
    server = campaign.some_server()
    server.freeze()
    try:
        time.sleep(_HANGING_SECONDS)
    finally:
        server.thaw()


def _kill(
    servers: Sequence[Server], *, how: signal.Signals = signal.SIGKILL, seconds: float = 0.0
) -> None:
    for server in servers:
        server.end(how)
    time.sleep(seconds)
    for server in servers:
        server.come_back()


FAULTS: dict[str, Callable[[Campaign], None]] = {
    "shards killed": shards_killed,
    "shards crashed": shards_crashed,
    "all shards killed": all_shards_killed,
    "proxy killed": proxy_killed,
    "proxy and shards killed": proxy_and_shards_killed,
    "shards stopped": shards_stopped,
    "proxy stopped": proxy_stopped,
    "connections of the proxy lost": connections_lost,
    "shards hang": shards_hang,
}


# --- the whole ------------------------------------------------------------------------------------


@contextmanager
def campaign(folder: Path, seed: int) -> Iterator[Campaign]:
    """Servers with shards, a proxy, and customers at work. Use it within ``orphans``."""
    with ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, {"PGCREDITS_PGBIN": str(plproxy_programs())}))
        a, b, proxy = (_started(stack, Server(folder / name)) for name in ("a", "b", "proxy"))
        shard_map = _set_up(folder / "shards.toml", a, b, proxy)
        url = proxy.client_url().replace("/postgres?", "/credits?")
        customers = stack.enter_context(Customers(url, count=8))
        chance = random.Random(f"shards {seed}")  # noqa: S311
        yield Campaign((a, b), proxy, shard_map, customers, chance)


def _started(stack: ExitStack, server: Server) -> Server:
    stack.callback(server.stop)
    return server.start()


def _set_up(file: Path, a: Server, b: Server, proxy: Server) -> ShardMap:
    """By the commands that users have."""
    places = [f"--server={name}={each.url('c{shard}')}" for name, each in (("a", a), ("b", b))]
    more = ["--shards", SHARDS, "--proxy", proxy.url("credits")]
    for command in (["init", *places, *more], ["migrate"]):
        answer = call("shards", *command, "--map", file)
        assert answer.code == 0, answer
    with proxy.connect() as connection:
        roles = "credits_app, credits_admin, credits_reader"
        connection.execute(f"create role {USER} login in role {roles}")
    return ShardMap.read(file)


def lose_shards(
    campaign: Campaign, seconds: float, names: Sequence[str] | None = None
) -> dict[str, list[str]]:
    """These faults; or all kinds in turns, until the time is up. Returns what must not be."""
    end = time.monotonic() + seconds
    for name in turns(campaign.chance, FAULTS, end) if names is None else names:
        time.sleep(_LOAD_SECONDS)
        campaign.strike(name)
    time.sleep(_LOAD_SECONDS)
    campaign.customers.__exit__()
    return {
        "acknowledged calls missing after a fault": campaign.lost,
        **campaign.customers.wrong(*campaign.map.urls),
    }
