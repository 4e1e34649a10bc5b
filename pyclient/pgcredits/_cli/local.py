"""A local server for development: ``pgcredits local``. Linux and macOS."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pgcredits._server.database import local_database
from pgcredits._server.failures import CannotRunError


def run_local(folder: Path | None, tell: Callable[[str, Path], None]) -> None:
    """Runs a server on a kept folder until Ctrl-C or SIGTERM, then stops it.

    ``folder``: None for the user's own; ``tell`` is called with URL and folder once it answers.
    Raises ``CannotRunError``.
    """
    folder = (folder or _default_folder()).absolute()
    try:
        with _alone_in(folder), local_database(folder) as url:
            tell(url, folder)
            while True:
                signal.pause()
    except KeyboardInterrupt:
        return


def _default_folder() -> Path:
    """Of the user who works, also as root: the server's user cannot enter root's own home."""
    data = os.environ.get("XDG_DATA_HOME")
    if os.geteuid() == 0 and not data:
        person = os.environ.get("SUDO_USER", "root")
        return Path("/var/lib/pgcredits", Path(person).name or "root", "local")
    return Path(data or Path.home() / ".local" / "share", "pgcredits", "local")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keeps a second server off a folder; the lock goes with the process, however it ends."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotRunError(
                f"A local server is already running on {folder}: use it, or give another --folder."
            ) from error
        yield
