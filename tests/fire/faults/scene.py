"""What faults are done to: a server, the ways that lead to it, and the clients who use it."""

from __future__ import annotations

import random
import signal
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg

from fire.checker.workload import Run
from fire.faults.consumers import Consumers
from fire.faults.hole import NAME as HOLE
from fire.faults.hole import Hole
from fire.faults.pooler import Pooler
from fire.faults.proxy import Proxy
from fire.faults.servers import USER, Server, until
from fire.faults.witness import Witness

_SESSIONS = """
select pid from pg_stat_activity
 where usename = %s and not starts_with(application_name, %s) and {} order by pid"""
# What sessions may be found at.
AT = {
    "idle": "state = 'idle'",
    "waiting": "wait_event_type = 'Lock'",
    "working": "state = 'active' and wait_event_type is distinct from 'Lock'",
    "unconfirmed": "wait_event = 'SyncRep'",
    "any": "true",
}


@dataclass(frozen=True)
class Struck:
    """A fault that was done: when it began, when the server was itself again, how many it hit, and
    whether nobody could work meanwhile."""

    kind: str
    begun_ns: int
    over_ns: int
    hit: int
    stops: bool = False


@dataclass
class Scene:
    """``faults``: what was done so far. ``missing``: acknowledged calls that were not there when
    somebody looked after a fault; ``findings``: what ``check_integrity`` said then."""

    server: Server
    proxy: Proxy
    pooler: Pooler | None
    run: Run
    chance: random.Random
    consumers: Consumers | None = None
    faults: list[Struck] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    looked_for: int = 0
    holes: list[Hole] = field(default_factory=list)
    _connection: psycopg.Connection[Any] | None = None

    @property
    def pooler_url(self) -> str | None:
        return self.pooler.url() if self.pooler else None

    # --- the server -------------------------------------------------------------------------------

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Asks the server, for as long as it takes until there is one."""

        def answer() -> list[tuple[Any, ...]] | None:
            try:
                if self._connection is None:
                    self._connection = self.server.connect()
                return self._connection.execute(text, values or None).fetchall() or [()]
            except psycopg.OperationalError:
                self.hang_up()
                return None

        found = until(answer, "an answer of the server")
        return [] if found == [()] else found

    def hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def wait_until_up(self) -> None:
        """Until a new session can be had: the one that is kept may be from before."""
        self.hang_up()
        self.query("select 1")

    def restart(self, how: signal.Signals, *, with_sessions: bool = False) -> None:
        self.hang_up()
        self.server.end(how, with_sessions=with_sessions)
        self.server.come_back()

    def sessions(self, at: str, most: int = 1) -> list[int]:
        """Processes of the clients' sessions, chosen among those that are found at something."""
        found = [pid for (pid,) in self.query(_SESSIONS.format(AT[at]), USER, HOLE)]
        return self.chance.sample(found, min(most, len(found)))

    def session(self, at: str, seconds: float = 2.0) -> int | None:
        """One such process; waits a little for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := self.sessions(at):
                return found[0]
        return None

    # --- what must be true at any time ------------------------------------------------------------

    def look(self) -> None:
        """Is everything there that was acknowledged, and are the books sound?"""
        with self.server.connect() as connection:
            seen, missing = Witness(self.run).look(connection)
            self.looked_for += seen
            self.missing += missing
            ids = self.run.plan.ids
            for index in self.chance.sample(range(self.run.plan.profiles), 10):
                cursor = connection.execute(
                    "select c::text from credits.profiles p, credits.check_integrity(p.id) c"
                    " where p.id = %s and p.seq < 3000",  # the long ones are checked at the end
                    [ids.profile(index)],
                )
                self.findings += [row[0] for row in cursor.fetchall()]
