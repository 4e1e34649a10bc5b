"""A primary and a synchronous standby, which takes over; then it gets a standby of its own.

Every server answers a write only when a standby has it too, from its first moment as a primary. So
after a takeover nothing is acknowledged until the next standby is there, and each of them can be
lost at any time.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from fire.checker.plan import Plan
from fire.checker.workload import Run
from fire.faults.aftermath import Aftermath, Period, examine
from fire.faults.faults import strike
from fire.faults.pooler import Pooler, find_pgbouncer
from fire.faults.proxy import Proxy
from fire.faults.scene import Scene, Struck
from fire.faults.servers import USER, Server, install, until
from fire.faults.storm import Size, add_what_was_seen
from fire.faults.witness import Witness

_SMALL = ("working session terminated", "call cancelled", "answer lost", "session killed")
_LOAD_SECONDS = 1.5
_IN_STEP = """
select count(*)
  from pg_stat_replication
 where state = 'streaming' and sync_state = %s and flush_lsn >= %s::pg_lsn"""


@dataclass
class Pair:
    """``replication``: the way from the primary to the standby, which can fail as any other.

    ``synchronous``: False is the wrong way, to see that it loses something.
    """

    scene: Scene
    folder: Path
    standby: Server
    replication: Proxy
    synchronous: bool = True
    failovers: int = 0
    lost: list[str] = field(default_factory=list)
    forgotten: list[Period] = field(default_factory=list)

    @property
    def names(self) -> str:
        """Of the standbys that a primary waits for."""
        return "*" if self.synchronous else ""

    # --- one standby after the other --------------------------------------------------------------

    def make_standby(self) -> None:
        """A new standby of the present primary, in step with it."""
        self.standby = Server(
            self.folder / f"server-{self.failovers + 2}", synchronous_standby_names=self.names
        )
        self.scene.server.copy_to(self.standby)
        self.replication.move(self.scene.server.socket_folder)
        self.standby.follow(self.replication.url("postgres"), "standby")
        self.standby.start()
        self.wait_in_step()

    def wait_in_step(self) -> None:
        """Until the standby has all that anybody can have seen by now, also of commits whose wait
        for it was cancelled."""
        state = "sync" if self.synchronous else "async"
        ((position,),) = self.scene.query("select pg_current_wal_lsn()::text")
        until(lambda: self.scene.query(_IN_STEP, state, position) == [(1,)], "a standby in step")

    def fail_over(self, *, lose_what_is_underway: bool = False) -> None:
        """Kills the primary and lets the standby take over.

        ``lose_what_is_underway``: first nothing arrives at the standby any more, and what was sent
        meanwhile is lost with the primary. Then nobody may have been told that it was done.
        """
        scene, old = self.scene, self.scene.server
        held_ns = time.monotonic_ns()
        if lose_what_is_underway:
            self.replication.hold()
            scene.run.work(seconds=0.3)
            self._disturb_waiting_commits()
        begun = time.monotonic_ns()
        scene.hang_up()
        old.end(signal.SIGKILL, with_sessions=lose_what_is_underway)
        self.replication.cut()
        self.standby.promote()
        scene.server = self.standby
        self._move_clients()
        # A session that outlives its primary for a moment shows commits that no standby has.
        self.forgotten.append((held_ns, time.monotonic_ns()))
        with scene.server.connect() as connection:
            seen, missing = Witness(scene.run).look(connection)
        scene.looked_for += seen
        self.lost += missing
        self.failovers += 1
        old.stop()
        shutil.rmtree(old.folder, ignore_errors=True)
        if self.synchronous:  # else it is seen by now what was lost
            self.make_standby()
        old.bury()
        scene.faults.append(Struck("failover", begun, time.monotonic_ns(), 1, stops=True))
        scene.look()

    def _move_clients(self) -> None:
        """Everybody is told the new address; connections to the old one are dropped."""
        scene = self.scene
        scene.proxy.move(scene.server.socket_folder)
        if scene.pooler is not None:
            scene.pooler.move(scene.server)
        scene.run.change(scene.proxy.url(USER), scene.pooler_url)

    # --- a standby that does not answer -----------------------------------------------------------

    def freeze(self) -> int:
        """Stops the standby's receiver, and then disturbs the commits that wait for it: they are
        done here and not there. Whoever made them is warned, and must not take it for success."""
        begun = time.monotonic_ns()
        receiver = until(self._receiver, "a receiver")
        os.kill(receiver, signal.SIGSTOP)
        try:
            disturbed = self._disturb_waiting_commits()
        finally:
            os.kill(receiver, signal.SIGCONT)
        if disturbed:
            struck = Struck("standby frozen", begun, time.monotonic_ns(), disturbed)
            self.scene.faults.append(struck)
        return disturbed

    def _receiver(self) -> int | None:
        """The process of the standby that hears the primary."""
        try:
            pid: int | None = self.standby.ask("select pid from pg_stat_wal_receiver")
        except psycopg.OperationalError:  # the log that is being replayed may cancel a query
            return None
        return pid

    def _disturb_waiting_commits(self) -> int:
        """Cancels two waits for the standby and terminates a third."""
        scene, disturbed = self.scene, 0
        if not self.synchronous:
            return 0
        for call in ("pg_cancel_backend", "pg_cancel_backend", "pg_terminate_backend"):
            pid = scene.session("unconfirmed")
            if pid is not None:
                disturbed += scene.query(f"select {call}(%s)", pid) == [(True,)]
                scene.run.work(seconds=0.1)
        return disturbed


@contextmanager
def pair(folder: Path, seed: int, size: Size, *, synchronous: bool = True) -> Iterator[Pair]:
    """A primary with its standby, and a workload that has its profiles and is not begun."""
    plan = Plan(
        seed=seed,
        processes=size.processes,
        clients=size.clients,
        cold=size.cold,
        patience=6.0,  # nobody is answered between a takeover and the next standby
    )
    with ExitStack() as stack:
        primary = Server(folder / "server-1")
        primary.start()
        stack.callback(primary.stop)
        install(primary)
        proxy = stack.enter_context(Proxy(primary.socket_folder, seed=seed))
        replication = stack.enter_context(Proxy(primary.socket_folder))
        pooler = None
        if find_pgbouncer() is not None:
            pooler = stack.enter_context(Pooler(folder / "pooler", primary))
        (folder / "run").mkdir()
        run = stack.enter_context(Run(folder / "run", plan, primary.url()))
        run.open_profiles()
        run.change(proxy.url(USER), pooler.url() if pooler else None)
        chance = random.Random(f"victims {seed}")  # noqa: S311
        scene = Scene(primary, proxy, pooler, run, chance)
        stack.callback(scene.hang_up)
        made = Pair(scene, folder, primary, replication, synchronous)
        stack.callback(lambda: (scene.server.stop(), made.standby.stop()))
        primary.change(synchronous_standby_names=made.names)
        made.make_standby()
        yield made


def fail_over_again_and_again(
    pair: Pair, seconds: float, *, most: int | None = None, behind: bool | None = None
) -> Aftermath:
    """Until the time is up, or so often. ``behind``: whether what is under way is lost each time;
    now and then, if that is not said."""
    scene, begun = pair.scene, time.monotonic()
    scene.run.start()
    scene.run.work(calls=200)
    while (most is None or pair.failovers < most) and time.monotonic() - begun < seconds:
        for _ in range(2):
            scene.run.work(seconds=_LOAD_SECONDS / 2)
            strike(scene, scene.chance.choice(_SMALL))
        if pair.synchronous and pair.failovers % 2 == 0:
            pair.freeze()
        pair.wait_in_step()
        now = pair.failovers % 3 == 1 if behind is None else behind
        pair.fail_over(lose_what_is_underway=now)
    scene.run.work(seconds=0.5)
    healthy_ns = time.monotonic_ns()
    calls_a_second = scene.run.figures()["calls"] / (time.monotonic() - begun)
    scene.run.stop()
    scene.run.resolve()
    found = examine(
        scene.server.url(),
        scene.run.folder,
        scene.run.plan,
        healthy_ns=healthy_ns,
        faults=scene.faults,
        lost=scene.proxy.counts.lost_answers,
        forgotten=pair.forgotten if pair.synchronous else (),
    )
    found.figures["failovers"] = pair.failovers
    found.figures["calls a second"] = round(calls_a_second)
    add_what_was_seen(scene, found)
    found.blame("acknowledged calls lost in a failover", pair.lost)
    return found
