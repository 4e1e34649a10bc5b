"""Servers that may come to harm: durable, with a kept folder, to be killed, copied and promoted."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psycopg

from pgcredits._server.local_server import LocalServer, LocalServerError
from pgcredits._server.migrate import migrate

DEADLINE_SECONDS = 60
USER = "fire_client"
# What decides whether an answer survives is as a careful owner would have it. The rest makes faults
# end sooner than the defaults would.
SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "wal_level": "replica",
    "hot_standby": "on",
    "max_connections": "60",
    "max_wal_size": "2GB",
    "idle_in_transaction_session_timeout": "8s",
    "wal_sender_timeout": "10s",
    "wal_receiver_timeout": "10s",
    "wal_retrieve_retry_interval": "100ms",
    "hot_standby_feedback": "on",
    # In the data folder, which goes with the server: one that was killed cannot clear away.
    "dynamic_shared_memory_type": "mmap",
}


class Server(LocalServer):
    """A server in a folder that stays, so that it can be started again after any end."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder)
        self.settings = SETTINGS | settings
        self._orphaned: list[int] = []
        self._frozen: list[int] = []

    def start(self) -> Self:
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()
            with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write("include 'fire.conf'\n")
        self._write_settings()
        return super().start()

    def _make_cluster(self) -> None:
        self.ephemeral = True  # nothing in it is worth a flush yet
        try:
            self._initialise()
        finally:
            self.ephemeral = False

    def _write_settings(self) -> None:
        lines = [f"{name} = '{value}'\n" for name, value in self.settings.items()]
        (self.data / "fire.conf").write_text("".join(lines), "utf-8")

    def client_url(self) -> str:
        """For clients, who are no superusers."""
        return self.url().replace("postgres@", f"{USER}@")

    def connect(self) -> psycopg.Connection[Any]:
        """A superuser's connection that no fault of the network touches."""
        return psycopg.connect(self.url(), autocommit=True, connect_timeout=10)

    def ask(self, query: str, *values: object) -> Any:
        """The first value of the first row."""
        with self.connect() as connection:
            row = connection.execute(query, values or None).fetchone()
            return row[0] if row else None

    def change(self, **settings: str) -> None:
        """Changes settings of the running server."""
        self.settings |= settings
        self._write_settings()
        with self.connect() as connection:
            connection.execute("select pg_reload_conf()")
            for name, value in settings.items():
                wanted = "select setting = %s from pg_settings where name = %s"
                until(lambda w=wanted, v=value, n=name: self.ask(w, v, n), f"{name} = {value}")

    # --- the end, and after -----------------------------------------------------------------------

    @property
    def pid(self) -> int:
        """Of the postmaster."""
        return int((self.data / "postmaster.pid").read_text("utf-8").split()[0])

    def end(self, how: signal.Signals, *, with_sessions: bool = False) -> None:
        """SIGKILL: a crash. SIGQUIT: an immediate stop, SIGINT: a fast one. Waits for the end.

        ``with_sessions``: as when the machine goes; else they notice by themselves, one by one.
        """
        pid, file = self.pid, self.data / "postmaster.pid"
        self._orphaned = _children(pid)
        os.kill(pid, how)
        if how != signal.SIGKILL:
            until(lambda: not file.exists(), "the end of the server")
            return
        for session in self._orphaned if with_sessions else ():
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)
        # Dead, it keeps its number until its parent has seen that. See ``orphans``.
        with suppress(ChildProcessError):
            os.waitpid(pid, 0)

    def bury(self) -> None:
        """Takes note of the end of its sessions, once they have nobody else."""
        for session in self._orphaned:
            with suppress(ChildProcessError):
                os.waitpid(session, os.WNOHANG)

    def come_back(self) -> None:
        """Starts again, as soon as the sessions of the server that was killed are gone."""
        self.stop()  # the watchdog of the one that is gone
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                self.start()
                self.bury()
                return
            except LocalServerError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def freeze(self) -> None:
        """Nothing of it moves any more, and nobody is told."""
        self._frozen = freeze(self.pid)

    def thaw(self) -> None:
        """Lets it go on."""
        thaw(self._frozen)
        self._frozen = []

    # --- copies -----------------------------------------------------------------------------------

    def copy_to(self, copy: Server) -> None:
        """A base backup, which becomes the other server's data."""
        subprocess.run(
            [
                self._program("pg_basebackup"),
                f"--pgdata={copy.data}",
                f"--dbname={self.url()}",
                "--checkpoint=fast",
                "--wal-method=stream",
                "--no-sync",  # it is harmed by the end of processes only, not of the machine
            ],
            check=True,
            capture_output=True,
            **copy._process(),
        )

    def follow(self, primary_url: str, name: str) -> None:
        """Makes a copy that was not started yet a standby of the server behind this URL."""
        url = f"{primary_url}&application_name={name}"
        self.settings |= {"primary_conninfo": url, "recovery_target_timeline": "latest"}
        self._signal("standby.signal")

    def restore_to(self, position: str, archive: Path) -> None:
        """Makes a copy that was not started yet stop at a position of the log and stay there."""
        self.settings |= {
            "restore_command": f"cp {archive}/%f %p",
            "archive_mode": "off",
            "recovery_target_lsn": position,
            "recovery_target_inclusive": "off",
            "recovery_target_action": "pause",
        }
        self._signal("recovery.signal")

    def _signal(self, name: str) -> None:
        (self.data / name).touch(mode=0o600)
        self._give_to_server(self.data / name)

    def promote(self) -> None:
        """Not by a query, which the log that is still to be replayed may cancel."""
        command = [self._program("pg_ctl"), "promote", "-w", "-t", str(DEADLINE_SECONDS)]
        subprocess.run(
            [*command, "-D", str(self.data)], check=True, capture_output=True, **self._process()
        )

    def archive_folder(self, name: str = "archive") -> Path:
        """A folder of the server's own, for its log."""
        archive = self.folder / name
        archive.mkdir(mode=0o700, exist_ok=True)
        self._give_to_server(archive)
        return archive


def _children(pid: int) -> list[int]:
    """The processes of a server. Linux only; elsewhere they are left to themselves."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in path.read_text("utf-8").split()] if path.exists() else []


def freeze(pid: int) -> list[int]:
    """Stops a process and all below it, each before its children are looked for, so that it begins
    none meanwhile. Returns those that were stopped."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    return [pid, *(each for child in _children(pid) for each in freeze(child))]


def thaw(frozen: Iterable[int]) -> None:
    """Lets processes go on that were stopped."""
    for pid in frozen:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def until(condition: Any, what: str, seconds: float = DEADLINE_SECONDS) -> Any:
    """Waits for a condition and returns what it found; says what did not happen in time."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come within {seconds} s")
        time.sleep(0.01)
    return found


def install(server: Server) -> None:
    """The schema, and the user of the clients."""
    migrate(server.url())
    with server.connect() as connection:
        roles = "credits_app, credits_admin, credits_reader"
        connection.execute(f"create role {USER} login in role {roles}")


@contextmanager
def orphans() -> Iterator[None]:
    """Servers become children of this process and not of init, which may take seconds to notice
    that they have ended. Linux only; elsewhere things take a little longer."""
    if sys.platform != "linux":
        yield
        return
    set_child_subreaper = 36
    prctl = ctypes.CDLL(None).prctl
    prctl(set_child_subreaper, 1, 0, 0, 0)
    try:
        yield
    finally:
        prctl(set_child_subreaper, 0, 0, 0, 0)


@contextmanager
def open_folder(below: Path | None = None) -> Iterator[Path]:
    """A temporary folder that the server's user can reach when this runs as root."""
    with tempfile.TemporaryDirectory(
        prefix="pgcredits-fire-", dir=below, ignore_cleanup_errors=True
    ) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
