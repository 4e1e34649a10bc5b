"""Every kind of fault, one after the other, at one durable server behind a proxy and a pooler."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from fire.checker.plan import Plan
from fire.checker.workload import Run
from fire.faults.aftermath import Aftermath, examine
from fire.faults.consumers import Consumers, prepare, what_was_told
from fire.faults.faults import KINDS, strike, wait_for_holes
from fire.faults.pooler import Pooler, find_pgbouncer
from fire.faults.proxy import Proxy
from fire.faults.scene import Scene
from fire.faults.schedule import Planned
from fire.faults.servers import USER, Server, install

_OURS = "c.relnamespace = 'credits'::regnamespace"
_PAGES = f"""
select format('%s, block %s: %s', c.relname, h.blkno, h.msg)
  from pg_class c, verify_heapam(c.oid) h
 where {_OURS} and c.relkind = 'r'"""
_INDEXES = f"select c.oid from pg_class c where {_OURS} and c.relkind = 'i'"
# A client gives a connection up that has been silent for so long; see ``Plan``.
PATIENCE_SECONDS = 2.5


@dataclass
class Size:
    """How large the workload is."""

    processes: int = 2
    clients: int = 12
    cold: int = 2000


@contextmanager
def scene(folder: Path, seed: int, size: Size, **settings: str) -> Iterator[Scene]:
    """A server and everything before it, and a workload that has its profiles and is not begun."""
    plan = Plan(
        seed=seed,
        processes=size.processes,
        clients=size.clients,
        cold=size.cold,
        patience=PATIENCE_SECONDS,
    )
    with ExitStack() as stack:
        server = Server(folder / "server", **settings)
        stack.callback(server.stop)
        server.start()
        install(server)
        proxy = stack.enter_context(Proxy(server.socket_folder, seed=seed))
        pooler = None
        if find_pgbouncer() is not None:
            pooler = stack.enter_context(Pooler(folder / "pooler", server))
        (folder / "run").mkdir()
        run = stack.enter_context(Run(folder / "run", plan, server.url()))
        run.open_profiles()
        run.change(proxy.url(USER), pooler.url() if pooler else None)
        chance = random.Random(f"victims {seed}")  # noqa: S311
        with server.connect() as connection:
            prepare(connection)
        consumers = Consumers(lambda: proxy.url(USER))
        stack.enter_context(consumers.at_work())
        made = Scene(server, proxy, pooler, run, chance, consumers)
        stack.callback(made.hang_up)
        yield made


def storm(scene: Scene, plan: Iterable[Planned], seconds: float) -> Aftermath:
    """Lets the workload run, and everything happen to it, for so long; then looks at all of it."""
    run = scene.run
    run.start()
    run.work(calls=200)
    begun = time.monotonic()
    for pause, name in plan:
        if time.monotonic() - begun + pause > seconds:
            break
        run.work(seconds=pause)
        if KINDS[name].stops:
            wait_for_holes(scene)
        strike(scene, name)
    calls_a_second = run.figures()["calls"] / (time.monotonic() - begun)
    wait_for_holes(scene)
    scene.proxy.heal()
    scene.wait_until_up()
    healthy_ns = time.monotonic_ns()
    run.work(seconds=0.5)
    run.stop()
    run.resolve()
    found = examine(
        scene.server.url(),
        run.folder,
        run.plan,
        healthy_ns=healthy_ns,
        faults=scene.faults,
        lost=scene.proxy.counts.lost_answers,
    )
    found.figures["calls a second"] = round(calls_a_second)
    if scene.consumers is not None:
        look_at_events(scene.server, scene.consumers, found)
    add_what_was_seen(scene, found)
    return found


def look_at_events(server: Server, consumers: Consumers, found: Aftermath) -> None:
    consumers.stop()
    with server.connect() as connection:
        for what, wrong in what_was_told(consumers, connection).items():
            found.blame(what, wrong)
    found.figures["events told"] = consumers.told
    found.figures["events delivered outside of the database"] = consumers.elsewhere.total()
    found.figures["consumers that lost their connection"] = consumers.failures


def add_what_was_seen(scene: Scene, found: Aftermath) -> None:
    struck = Counter(fault.kind for fault in scene.faults)
    found.figures["faults"] += struck.total()
    found.figures["kinds of faults"] += len(struck)
    found.figures["times that nobody could work"] += sum(fault.stops for fault in scene.faults)
    for name, times in struck.items():
        found.figures[f"fault: {name}"] += times
    found.figures["acknowledged calls looked for after a fault"] += scene.looked_for
    found.blame("acknowledged calls missing after a fault", scene.missing)
    found.blame("findings of check_integrity after a fault", scene.findings)
    undisturbed = [hole for hole in scene.holes if not hole.disturbed]
    found.figures["locks that were given up"] += sum(hole.freed for hole in undisturbed)
    found.figures["refused while a lock was held"] += sum(hole.refused for hole in undisturbed)
    found.blame(
        "locks that were not given up", [hole.name for hole in undisturbed if not hole.freed]
    )


def broken_pages(server: Server) -> list[str]:
    """What amcheck says of our tables and indexes after all that; nothing where it is missing."""
    with server.connect() as connection:
        known = connection.execute(
            "select 1 from pg_available_extensions where name = 'amcheck'"
        ).fetchone()
        if known is None:
            return []
        connection.execute("create extension if not exists amcheck")
        found = connection.execute(_PAGES).fetchall()
        for (index,) in connection.execute(_INDEXES).fetchall():
            try:
                connection.execute("select bt_index_check(%s, true)", [index])
            except psycopg.DatabaseError as error:
                found.append((str(error),))
    return [text for (text,) in found]
