"""The server of the benchmark: durable, and with nothing that wakes up by itself.

Autovacuum and timed checkpoints would hit one side of a comparison and not the other, so they are
off: every question vacuums and checkpoints before it begins.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.errors import BenchError
from bench.site import Database
from pgcredits._server.local_server import LocalServer, LocalServerError

_GIGABYTE = 2**30


def settings() -> dict[str, str]:
    """What differs from PostgreSQL's defaults, and the defaults that matter."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "shared_buffers": f"{min(memory // 4, 4 * _GIGABYTE) // 2**20}MB",
        "max_connections": "200",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "1h",
        "autovacuum": "off",
    }


@contextmanager
def durable_server(folder: Path, *, gigabytes: int) -> Iterator[LocalServer]:
    """A server below the folder, which is emptied before and after.

    Raises ``BenchError`` if the folder is in use or too small.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BenchError(
                f"Another benchmark runs in {folder}, and two at once measure each other: wait."
            ) from error
        home = folder / "server"
        shutil.rmtree(home, ignore_errors=True)  # of a run that was killed
        if shutil.disk_usage(folder).free < gigabytes * _GIGABYTE:
            raise BenchError(f"{folder} needs {gigabytes} GB: choose another folder with --folder.")
        server = _started(home)
        try:
            yield server
        finally:
            server.stop()
            shutil.rmtree(home, ignore_errors=True)


def _started(home: Path) -> LocalServer:
    try:
        server = LocalServer(home).start()
        own = Database("postgres", server.url())
        for name, value in settings().items():
            own.execute(f"alter system set {name} = '{value}'".encode())
        server.stop()
        return server.start()
    except LocalServerError as error:
        raise BenchError(str(error)) from error
