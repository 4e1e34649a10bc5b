"""The kinds of fault. Each is a function of the scene, which says how much it hit.

One that found nothing to hit returns 0 and does not count. ``small`` ones harm a session or a
connection and come several times a second; ``great`` ones stop everybody, or take their time.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg

from fire.checker.driver import shape_of
from fire.checker.sending import DIRECT
from fire.faults.hole import Hole
from fire.faults.pooler import Pooler
from fire.faults.scene import Scene, Struck
from fire.faults.servers import DEADLINE_SECONDS, until

Strike = Callable[[Scene], int]


@dataclass(frozen=True)
class Kind:
    """``weight``: how often it comes, among its like. ``stops``: nobody can work meanwhile."""

    name: str
    strike: Strike
    weight: int
    great: bool = False
    stops: bool = False
    needs_pooler: bool = False


KINDS: dict[str, Kind] = {}


def kind(
    weight: int, *, great: bool = False, stops: bool = False, needs_pooler: bool = False
) -> Callable[[Strike], Strike]:
    def register(strike: Strike) -> Strike:
        name = strike.__name__.replace("_", " ")
        KINDS[name] = Kind(name, strike, weight, great or stops, stops, needs_pooler)
        return strike

    return register


def strike(scene: Scene, name: str) -> Struck | None:
    """Does a fault and writes it down; after a great one, looks what is left. None: no hit."""
    fault = KINDS[name]
    begun = time.monotonic_ns()
    hit = fault.strike(scene)
    if fault.great:
        scene.wait_until_up()
    struck = Struck(name, begun, time.monotonic_ns(), hit, fault.stops)
    if fault.great:
        scene.look()
    if not hit:
        return None
    scene.faults.append(struck)
    return struck


def _signal(scene: Scene, pid: int | None, how: signal.Signals) -> int:
    if pid is None:
        return 0
    try:
        os.kill(pid, how)
    except ProcessLookupError:  # it ended by itself
        return 0
    return 1


# --- sessions -------------------------------------------------------------------------------------


@kind(weight=2)
def idle_session_terminated(scene: Scene) -> int:
    return _signal(scene, scene.session("idle"), signal.SIGTERM)


@kind(weight=3)
def waiting_session_terminated(scene: Scene) -> int:
    """It waits for the lock of a profile."""
    return _signal(scene, scene.session("waiting"), signal.SIGTERM)


@kind(weight=6)
def working_session_terminated(scene: Scene) -> int:
    """It is in a call, or in the commit of one."""
    return _signal(scene, scene.session("working"), signal.SIGTERM)


@kind(weight=4)
def call_cancelled(scene: Scene) -> int:
    pid = scene.session("working")
    return int(pid is not None and scene.query("select pg_cancel_backend(%s)", pid) == [(True,)])


@kind(weight=2, stops=True)
def session_killed(scene: Scene) -> int:
    """SIGKILL. The server ends all other sessions too, and recovers."""
    with scene.server.connect() as witness:
        hit = _signal(scene, scene.session("working"), signal.SIGKILL)
        if hit:  # until the server has noticed, it still answers
            until(lambda: _is_lost(witness), "the end of all sessions")
    return hit


def _is_lost(connection: psycopg.Connection[object]) -> bool:
    try:
        connection.execute("select 1")
    except psycopg.OperationalError:
        return True
    return False


# --- the server -----------------------------------------------------------------------------------


@kind(weight=2, stops=True)
def server_killed(scene: Scene) -> int:
    """SIGKILL of the postmaster: its sessions notice one by one, and finish what they do."""
    scene.restart(signal.SIGKILL)
    return 1


@kind(weight=1, stops=True)
def server_and_all_sessions_killed(scene: Scene) -> int:
    """As when the machine goes: nobody finishes anything."""
    scene.restart(signal.SIGKILL, with_sessions=True)
    return 1


@kind(weight=1, stops=True)
def immediate_stop(scene: Scene) -> int:
    scene.restart(signal.SIGQUIT)
    return 1


@kind(weight=1, stops=True)
def fast_stop(scene: Scene) -> int:
    scene.restart(signal.SIGINT)
    return 1


@kind(weight=1, great=True)
def checkpoint(scene: Scene) -> int:
    with scene.server.connect() as connection:
        connection.execute("checkpoint")
    return 1


@kind(weight=1, great=True)
def connections_exhausted(scene: Scene) -> int:
    """All connections are taken, and some of the clients have to connect again. 53300."""
    taken: list[psycopg.Connection[object]] = []
    refused = 0
    url = scene.server.client_url()
    try:
        for _ in range(200):
            try:
                taken.append(psycopg.connect(url, connect_timeout=5))
            except psycopg.OperationalError as error:
                refused = int("too many" in str(error) or "remaining connection" in str(error))
                break
        if refused:
            scene.proxy.cut(4)
            scene.run.work(seconds=0.3)
            for _ in range(2):  # somebody else took the place of those that were cut
                with suppress(psycopg.OperationalError):
                    taken.append(psycopg.connect(url, connect_timeout=5))
            scene.run.work(seconds=0.2)
    finally:
        for connection in taken:
            connection.close()
    return refused


# --- the network ----------------------------------------------------------------------------------


@kind(weight=6)
def answer_lost(scene: Scene) -> int:
    """The server has committed and answered; the client sees its connection reset. Counted is what
    was lost, not what was meant to be: see ``Proxy.counts``."""
    return scene.proxy.lose_answers(1 + int(scene.chance.random() * 3))


@kind(weight=3)
def connection_cut(scene: Scene) -> int:
    return scene.proxy.cut(1 + int(scene.chance.random() * 3))


@kind(weight=1, great=True)
def all_connections_cut(scene: Scene) -> int:
    return scene.proxy.cut()


@kind(weight=1)
def requests_lost(scene: Scene) -> int:
    """One way only: what the client sends never arrives, and nobody is told."""
    return scene.proxy.lose(1, to_server=True, to_client=False, of=is_direct)


@kind(weight=1)
def answers_swallowed(scene: Scene) -> int:
    """One way only: what the server sends never arrives, and nobody is told."""
    return scene.proxy.lose(1, to_server=False, to_client=True, of=is_direct)


@kind(weight=1, great=True)
def black_hole(scene: Scene) -> int:
    """Both ways, some connections of any kind, also within transactions, which hold locks."""
    return scene.proxy.lose(2, to_server=True, to_client=True)


@kind(weight=1, great=True)
def black_hole_holding_a_lock(scene: Scene) -> int:
    """Others are refused after the lock_timeout, and go on when the server gives the lock up."""
    index = scene.run.plan.hot + int(scene.chance.random() * scene.run.plan.cold)
    hole = Hole(scene.server, scene.proxy, scene.run.plan.ids.profile(index))
    hole.start()
    hole.fallen.wait(DEADLINE_SECONDS)
    scene.holes.append(hole)
    return 1


@kind(weight=1, great=True)
def slow_network(scene: Scene) -> int:
    scene.proxy.delay(0.02 + 0.05 * scene.chance.random())
    scene.run.work(seconds=0.5)
    scene.proxy.delay(0)
    return 1


def is_direct(name: str) -> bool:
    """Whether this is a client that sends calls alone, not within a transaction of its own: what it
    leaves at the server holds no lock."""
    parts = name.split("-")
    return parts[0] == "fire" and shape_of(int(parts[-1])) == DIRECT


# --- the clients ----------------------------------------------------------------------------------


@kind(weight=2, great=True)
def client_killed(scene: Scene) -> int:
    """SIGKILL of a process of clients between sending and answers; another one takes over."""
    scene.run.kill(scene.chance.choice(scene.run.processes))
    return 1


# --- the pooler -----------------------------------------------------------------------------------


def _pooler(scene: Scene) -> Pooler:
    assert scene.pooler is not None
    return scene.pooler


@kind(weight=1, great=True, needs_pooler=True)
def pooler_killed(scene: Scene) -> int:
    _pooler(scene).end(signal.SIGKILL)
    _pooler(scene).start()
    return 1


@kind(weight=1, great=True, needs_pooler=True)
def pooler_restarted(scene: Scene) -> int:
    _pooler(scene).end(signal.SIGTERM)
    _pooler(scene).start()
    return 1


@kind(weight=1, great=True, needs_pooler=True)
def pooler_paused(scene: Scene) -> int:
    _pooler(scene).command("pause")
    scene.run.work(seconds=0.2)
    _pooler(scene).command("resume")
    return 1


@kind(weight=1, needs_pooler=True)
def pooler_reconnects(scene: Scene) -> int:
    _pooler(scene).command("reconnect")
    return 1


def wait_for_holes(scene: Scene) -> None:
    """Lets what runs beside the other faults come to its end."""
    for hole in scene.holes:
        hole.join(DEADLINE_SECONDS)
