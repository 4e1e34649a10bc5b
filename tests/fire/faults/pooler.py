"""pgbouncer in transaction mode, in a private folder; it may be killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any, Self

import psycopg

from fire.faults.servers import USER, Server, until

_PORT = 6432
_SETTINGS = """
[databases]
postgres = host={socket_folder} port=5432

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
admin_users = {user}
pool_mode = transaction
max_client_conn = 400
default_pool_size = {pool}
server_login_retry = 0.2
server_connect_timeout = 2
query_wait_timeout = 5
client_login_timeout = 5
log_connections = 0
log_disconnections = 0
log_stats = 0
logfile = {folder}/pgbouncer.log
pidfile =
"""


def find_pgbouncer() -> str | None:
    """The program; None where it is not installed."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")


class Pooler:
    """``folder`` is the pooler's own. It stands before ``server`` until told otherwise."""

    def __init__(self, folder: Path, server: Server, pool: int = 6) -> None:
        program = find_pgbouncer()
        assert program is not None
        self._program = program
        self.folder = folder
        self._pool = pool
        self._process: subprocess.Popen[bytes] | None = None
        self._user: dict[str, Any] = {}
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:  # it refuses to run as root
            users = {user.pw_name: user for user in pwd.getpwall()}
            user = users.get("postgres") or users["nobody"]
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._write(server)

    def _write(self, server: Server) -> None:
        text = _SETTINGS.format(
            socket_folder=server.socket_folder,
            folder=self.folder,
            port=_PORT,
            user=USER,
            pool=self._pool,
        )
        for name, content in (("pgbouncer.ini", text), ("users", f'"{USER}" ""\n')):
            (self.folder / name).write_text(content, "utf-8")
            (self.folder / name).chmod(0o644)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={_PORT}"

    def start(self) -> Self:
        self._process = subprocess.Popen(
            [self._program, "--quiet", str(self.folder / "pgbouncer.ini")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **self._user,
        )
        until(self._answers, "an answer of pgbouncer", 30)
        return self

    def _answers(self) -> bool:
        try:
            self.command("show version")
        except psycopg.OperationalError:
            return False
        return True

    def end(self, how: signal.Signals) -> None:
        """SIGKILL: a crash. SIGTERM: at once; SIGINT: when it is idle."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def command(self, text: str) -> None:
        """A command of its console: pause, resume, reconnect, reload, kill."""
        with psycopg.connect(self.url("pgbouncer"), autocommit=True, connect_timeout=5) as console:
            console.execute(text)

    def move(self, server: Server) -> None:
        """From now on before another server; sessions with the old one end."""
        self._write(server)
        self.command("reload")
        self.command("reconnect")
