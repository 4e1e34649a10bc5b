"""The local server: private, and never longer alive than the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgcredits._server.local_server import LocalServer, LocalServerError

DEADLINE_SECONDS = 30
OWNER = """
import sys
from pgcredits._server.local_server import LocalServer
from pathlib import Path
folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
with LocalServer(folder) as server:
    pid = (server.data / "postmaster.pid").read_text().split()[0]
    print(server.folder, pid, flush=True)
    sys.stdin.read()
"""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def start_owner(*arguments: str) -> tuple[subprocess.Popen[str], Path, int]:
    """A process that owns a server; returns it, the server's folder and the server's pid."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    folder, pid = owner.stdout.readline().split()
    return owner, Path(folder), int(pid)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's user can reach when the tests run as root, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="pgcredits-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, None], ids=str)
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_server_ends_with_its_owner_however_that_ends(how: signal.Signals | None) -> None:
    owner, folder, pid = start_owner()
    assert is_alive(pid)
    if how is None:
        assert owner.stdin is not None
        owner.stdin.close()
    else:
        owner.send_signal(how)
    owner.wait(DEADLINE_SECONDS)
    until(lambda: not is_alive(pid) and not folder.exists())
    for stream in (owner.stdin, owner.stdout):
        assert stream is not None
        stream.close()


def test_it_answers_on_a_socket_that_only_its_user_can_reach() -> None:
    with LocalServer() as server:
        assert server.socket_folder.stat().st_mode & 0o077 == 0
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("show listen_addresses").fetchone()
    assert row == ("",)
    assert not server.folder.exists()


def test_a_kept_folder_keeps_its_data(open_folder: Path) -> None:
    folder = open_folder / "kept"
    with LocalServer(folder) as server:
        url = server.url()
        with psycopg.connect(url) as connection:
            connection.execute("create table kept ()")
            assert connection.execute("show fsync").fetchone() == ("on",)
    with LocalServer(folder) as server, psycopg.connect(server.url()) as connection:
        assert server.url() == url
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    assert folder.exists()


def test_a_second_server_on_the_same_folder_is_refused_and_harms_nothing(open_folder: Path) -> None:
    folder = open_folder / "kept"
    with LocalServer(folder) as server:
        with pytest.raises(LocalServerError, match="did not start"):
            LocalServer(folder).start()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_a_folder_too_long_for_a_socket_gets_one_elsewhere(open_folder: Path) -> None:
    folder = open_folder / ("long" * 30)
    with LocalServer(folder) as server:
        assert server.socket_folder != folder
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    assert not server.socket_folder.exists()


def test_stopping_twice_is_harmless() -> None:
    server = LocalServer().start()
    server.stop()
    server.stop()


def test_a_wrong_programs_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCREDITS_PGBIN", str(tmp_path))
    with pytest.raises(LocalServerError, match="no pg_ctl in it"):
        LocalServer()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_is_told_about_a_folder_nobody_else_can_reach(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(LocalServerError, match="cannot enter"):
        LocalServer(private / "kept")
    assert private.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_needs_nothing_more(open_folder: Path) -> None:
    # The server itself runs as an ordinary user when the tests run as root.
    with LocalServer() as server:
        pid = (server.data / "postmaster.pid").read_text("utf-8").split()[0]
        assert Path(f"/proc/{pid}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_programs_that_nobody_else_can_reach_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    for name in ("bin", "lib"):
        (tmp_path / name).mkdir()
    (tmp_path / "bin" / "pg_ctl").touch()
    monkeypatch.setenv("PGCREDITS_PGBIN", str(tmp_path / "bin"))
    with pytest.raises(LocalServerError, match="is not open to users other than root"):
        LocalServer()
    (tmp_path / "share").mkdir()
    server = LocalServer()
    copy = server.folder / "programs"
    assert server._programs == copy / "bin"
    assert {path.name for path in copy.iterdir()} == {"bin", "lib", "share"}
    server.stop()


def test_an_ephemeral_server_that_cannot_start_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = LocalServer()
    monkeypatch.setattr(server, "socket_folder", Path("/nowhere"))
    with pytest.raises(LocalServerError, match="did not start"):
        server.start()
    assert not server.folder.exists()
