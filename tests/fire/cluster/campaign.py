"""The leader lost in every way, again and again, while customers are charged."""

from __future__ import annotations

import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from fire.checker.plan import Plan
from fire.checker.workload import Run
from fire.cluster.machines import Cluster, Machine
from fire.customers import Customers
from fire.faults.aftermath import Aftermath, Period, examine
from fire.faults.proxy import Proxy
from fire.faults.scene import Struck
from fire.faults.schedule import turns
from fire.faults.servers import USER
from fire.faults.storm import Size
from fire.faults.witness import Witness
from pgcredits._server.migrate import migrate

_LOAD_SECONDS = 1.0
# Before this version a leader that hung took the lock back from its successor when it woke up.
_KEEPS_THE_LOCK = (3, 0, 3)
SHOP = "shop"  # the database of the customers


@dataclass
class Campaign:
    """``forgotten``: periods of which it is not known what a server showed, see ``aftermath``."""

    cluster: Cluster
    run: Run
    customers: Customers
    chance: random.Random
    faults: list[Struck] = field(default_factory=list)
    failovers: int = 0
    looked_for: int = 0
    lost: list[str] = field(default_factory=list)
    forgotten: list[Period] = field(default_factory=list)

    def strike(self, name: str) -> None:
        """Does one fault, waits for the cluster to be whole again, and looks what is left."""
        begun, old = time.monotonic_ns(), self.cluster.the_leader()
        FAULTS[name](self, old)
        self.cluster.until(self.cluster.is_in_step, "a whole cluster")
        over, new = time.monotonic_ns(), self.cluster.the_leader()
        self.failovers += new is not old
        # A leader that has lost the lock and does not know it yet shows what was.
        self.forgotten.append((begun, over))
        self.faults.append(Struck(name, begun, over, 1, stops=True))
        with psycopg.connect(new.url(), autocommit=True) as connection:
            seen, missing = Witness(self.run).look(connection)
        self.looked_for += seen
        self.lost += missing


# --- the faults -----------------------------------------------------------------------------------


def leader_killed(campaign: Campaign, old: Machine) -> None:
    """With its agent and its sessions, as when the machine goes; and it comes back."""
    old.kill()
    campaign.cluster.the_leader(but=old)
    campaign.run.work(seconds=_LOAD_SECONDS)
    old.start()


def leader_killed_with_what_nobody_has(campaign: Campaign, old: Machine) -> None:
    """Before, nothing arrives at the standbys any more, so that nobody may be told of it."""
    old.to_server.part()
    campaign.run.work(seconds=_LOAD_SECONDS)
    old.kill()
    old.to_server.join()
    campaign.cluster.the_leader(but=old)
    old.start()


def leader_hangs(campaign: Campaign, old: Machine) -> None:
    """Nothing of it moves, and nobody is told. When it wakes up there is another leader."""
    old.freeze()
    try:
        campaign.cluster.the_leader(but=old)
        campaign.run.work(seconds=_LOAD_SECONDS)
    finally:
        old.thaw()


def leader_cut_off(campaign: Campaign, old: Machine) -> None:
    """From etcd and from the other machines, but not from the clients."""
    _cut_off(campaign, old, old.ways)


def leader_cut_off_from_etcd(campaign: Campaign, old: Machine) -> None:
    _cut_off(campaign, old, [old.to_etcd])


def _cut_off(campaign: Campaign, old: Machine, ways: Sequence[Proxy]) -> None:
    for way in ways:
        way.part()
    try:
        campaign.cluster.the_leader(but=old)
        campaign.run.work(seconds=_LOAD_SECONDS)
    finally:
        for way in ways:
            way.join()


def standbys_cut_off(campaign: Campaign, old: Machine) -> None:
    """The leader keeps the lock, and answers no write until they are back."""
    for way in (old.to_server, old.to_agent):
        way.part()
    campaign.run.work(seconds=2 * _LOAD_SECONDS)
    for way in (old.to_server, old.to_agent):
        way.join()


def switched_over(campaign: Campaign, old: Machine) -> None:
    """On purpose, as for an upgrade of its machine."""
    told = campaign.cluster.control("switchover", "--force")
    assert "Successfully switched over" in told, told
    campaign.cluster.the_leader(but=old)


FAULTS: dict[str, Callable[[Campaign, Machine], None]] = {
    "leader killed": leader_killed,
    "leader killed with what nobody has": leader_killed_with_what_nobody_has,
    "leader cut off": leader_cut_off,
    "leader hangs": leader_hangs,
    "leader cut off from etcd": leader_cut_off_from_etcd,
    "standbys cut off": standbys_cut_off,
    "switched over": switched_over,
}


def possible(name: str) -> bool:
    """Whether this Patroni survives it: not each version does."""
    return name != "leader hangs" or patroni_version() >= _KEEPS_THE_LOCK


def patroni_version() -> tuple[int, ...]:
    told = subprocess.run(["patroni", "--version"], check=True, capture_output=True, text=True)
    return tuple(int(number) for number in re.findall(r"\d+", told.stdout))


# --- the whole ------------------------------------------------------------------------------------


@contextmanager
def campaign(folder: Path, seed: int, size: Size) -> Iterator[Campaign]:
    """A cluster, a workload that has its profiles and is not begun, and customers at work."""
    plan = Plan(
        seed=seed,
        processes=size.processes,
        clients=size.clients,
        cold=size.cold,
        patience=4.0,  # longer than a commit takes that waits for the next standby
    )
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster(folder))
        leader = cluster.the_leader()
        with psycopg.connect(leader.url(), autocommit=True) as connection:
            connection.execute(f"create database {SHOP}")
        for database in ("postgres", SHOP):
            migrate(cluster.url("postgres", database))
        with psycopg.connect(leader.url(), autocommit=True) as connection:
            roles = "credits_app, credits_admin, credits_reader"
            connection.execute(f"create role {USER} login in role {roles}")
        (folder / "run").mkdir()
        run = stack.enter_context(Run(folder / "run", plan, leader.url()))
        run.open_profiles()
        run.change(cluster.url())
        customers = stack.enter_context(Customers(cluster.url(database=SHOP)))
        chance = random.Random(f"cluster {seed}")  # noqa: S311
        yield Campaign(cluster, run, customers, chance)


def lose_leaders(
    campaign: Campaign, seconds: float, names: Sequence[str] | None = None
) -> Aftermath:
    """These faults; or all kinds in turns, until the time is up."""
    run, end = campaign.run, time.monotonic() + seconds
    able = filter(possible, FAULTS)
    run.start()
    run.work(calls=200)
    for name in turns(campaign.chance, able, end) if names is None else names:
        run.work(seconds=_LOAD_SECONDS)
        campaign.strike(name)
    run.work(seconds=0.5)
    healthy_ns = time.monotonic_ns()
    run.stop()
    leader = campaign.cluster.the_leader()
    run.change(leader.url(USER))
    run.resolve()
    campaign.customers.__exit__()
    found = examine(
        leader.url(),
        run.folder,
        run.plan,
        healthy_ns=healthy_ns,
        faults=campaign.faults,
        forgotten=campaign.forgotten,
    )
    _add_what_was_seen(campaign, found)
    for what, wrong in campaign.customers.wrong(leader.url(database=SHOP)).items():
        found.blame(what, wrong)
    return found


def _add_what_was_seen(campaign: Campaign, found: Aftermath) -> None:
    struck = Counter(fault.kind for fault in campaign.faults)
    found.figures["faults"] = struck.total()
    for name, times in struck.items():
        found.figures[f"fault: {name}"] = times
    found.figures["failovers"] = campaign.failovers
    found.figures["acknowledged calls looked for after a fault"] = campaign.looked_for
    found.figures.update(campaign.customers.figures)
    found.blame("acknowledged calls lost in a failover", campaign.lost)
