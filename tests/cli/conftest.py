"""What the tests of the command line share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_tools import Worker, execute, start
from psycopg.conninfo import conninfo_to_dict

from pgcredits._server.local_server import LocalServer
from pgcredits._server.migrate import migrate


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder where any user may make folders, as in /tmp: the server's user is not root."""
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    folder.chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def login(db_url: str, request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Makes a role that is a member of the given ones; returns its URL of the test's database."""
    made = []

    def make(*groups: str) -> str:
        name = f"{conninfo_to_dict(db_url)['dbname']}_{'_'.join(groups) or 'none'}"
        membership = f" in role {', '.join(groups)}" if groups else ""
        execute(db_url, f"drop role if exists {name}")  # of a run that was killed
        execute(db_url, f"create role {name} login password 'secret'{membership}")
        made.append(name)
        return f"postgresql://{name}:secret@{db_url.partition('@')[2]}"

    yield make
    for name in made:
        execute(db_url, f"drop role {name}")


@pytest.fixture
def work() -> Iterator[Callable[..., Worker]]:
    """Starts workers, and ends what is left of them."""
    started: list[Worker] = []

    def begin(url: str, *options: object, every: str = "1s", command: str = "expire") -> Worker:
        program = start(command, "--every", every, *options, url=url, PYTHONUNBUFFERED="1")
        started.append(Worker(program))
        return started[-1]

    yield begin
    for running in started:
        if running.program.poll() is None:
            running.program.kill()
        running.code()


@pytest.fixture
def kept_server(open_folder: Path) -> Iterator[LocalServer]:
    """A server that can be stopped and started again, with a migrated database."""
    with LocalServer(open_folder / "kept") as server:
        migrate(server.url())
        yield server
