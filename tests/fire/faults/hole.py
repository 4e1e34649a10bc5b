"""A client that vanishes while it holds a lock, and what others see of it."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID, uuid4

import psycopg

from fire.faults.proxy import Proxy
from fire.faults.servers import USER, Server

# Its own sessions are not for other faults.
NAME = "hole"
_TRIES = 6
_RESERVE = "select seq from credits.reserve_credits(%s, %s, 0)"


class Hole(threading.Thread):
    """Runs beside everything else, from ``fallen`` on.

    In the end ``refused`` says whether another client was refused after the lock_timeout, and
    ``freed`` whether the profile could be had afterwards. ``disturbed``: another fault came
    between, and neither means anything.
    """

    def __init__(self, server: Server, proxy: Proxy, profile: UUID) -> None:
        super().__init__(name="hole", daemon=True)
        self.fallen = threading.Event()
        self.refused = False
        self.freed = False
        self.disturbed = False
        self._server = server
        self._proxy = proxy
        self._profile = profile

    def run(self) -> None:
        try:
            url = f"{self._server.client_url()}&application_name={NAME}"
            with psycopg.connect(url, autocommit=True) as other:
                self._fall()
                self.fallen.set()
                self.refused = not self._reserve(other)
                # Clients may stand in line for it, so it may take more than once.
                self.freed = any(self._reserve(other) for _ in range(_TRIES))
        except (psycopg.OperationalError, psycopg.InterfaceError):
            self.disturbed = True
        finally:
            self.fallen.set()

    def _fall(self) -> None:
        """Takes the lock, and is not heard of again."""
        name = f"{NAME}-{uuid4().hex[:8]}"
        url = f"{self._proxy.url(USER)}&application_name={name}"
        with psycopg.connect(url, connect_timeout=5) as victim:
            victim.execute(_RESERVE, [self._profile, uuid4()])
            if self._proxy.lose_of(name) == 0:
                raise psycopg.OperationalError("somebody else cut the connection")
            victim.close()

    def _reserve(self, connection: psycopg.Connection[Any]) -> bool:
        """Takes the lock and lets it go; a call that nobody makes must leave nothing. False: it was
        not to be had."""
        try:
            with connection.transaction(force_rollback=True):
                connection.execute(_RESERVE, [self._profile, uuid4()])
        except psycopg.errors.LockNotAvailable:
            return False
        return True
