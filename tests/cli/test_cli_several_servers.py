"""Every command takes a URL of several servers, and what writes finds the primary among them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from cli_tools import Worker, call, execute, fetch, run, start

from fire.faults.proxy import Proxy
from fire.faults.servers import Server, open_folder, orphans, until
from pgcredits._server.migrate import MigrationError, migrate
from pgcredits._server.schema import migration_files
from support import in_memory

pytestmark = pytest.mark.server
# Whether a worker has made a pass over its connection.
_SWEEPER = """
select count(*) from pg_stat_activity
 where query like '%credits.expire_packs%' and pid <> pg_backend_pid()"""


@dataclass
class Two:
    """A standby and its primary, each behind a port of its own."""

    standby: Server
    primary: Server
    at_standby: str
    at_primary: str

    @property
    def of_both(self) -> str:
        """The standby comes first, so that whoever takes the first takes the wrong one."""
        return f"postgresql://postgres@{self.at_standby},{self.at_primary}/postgres?sslmode=disable"

    @property
    def url(self) -> str:
        return f"{self.of_both}&target_session_attrs=read-write"


@pytest.fixture(scope="module")
def two() -> Iterator[Two]:
    with ExitStack() as stack:
        stack.enter_context(orphans())
        folder = stack.enter_context(open_folder(in_memory()))
        primary, standby = Server(folder / "primary"), Server(folder / "standby")
        for server in (primary, standby):
            stack.callback(server.stop)
        primary.start()
        primary.copy_to(standby)
        standby.follow(primary.url(), "standby")
        standby.start()
        ports = [
            stack.enter_context(Proxy(server.socket_folder)).url("").split("@")[1].split("/")[0]
            for server in (standby, primary)
        ]
        yield Two(standby, primary, *ports)


@pytest.fixture
def migrated(two: Two) -> Two:
    migrate(two.primary.url())
    version = "select to_regprocedure('credits.schema_version()') is not null"
    until(lambda: two.standby.ask(version), "the schema on the standby")
    return two


def on_standby(two: Two) -> str:
    return f"postgresql://postgres@{two.at_standby}/postgres?sslmode=disable"


def test_a_standby_is_not_migrated_and_the_sentence_says_what_is(two: Two) -> None:
    answer = run("migrate", url=on_standby(two))
    assert answer.code == 2
    assert answer.sentence == (
        "The server at 127.0.0.1 can only be read, as a standby is: migrate the primary. "
        "It is found in a URL of all servers: postgresql://user@a,b,c/database"
    )
    with pytest.raises(MigrationError, match="can only be read"):
        migrate(two.standby.url())


@pytest.mark.parametrize("wanted", ["", "&target_session_attrs=read-write&connect_timeout=5"])
def test_migrate_finds_the_primary(two: Two, wanted: str) -> None:
    execute(two.primary.url(), "drop schema if exists credits cascade")
    answer = run("migrate", "--json", url=two.of_both + wanted)
    assert answer.code == 0, answer.stderr
    assert answer.document["applied"] == [file.stem for file in migration_files()]
    assert two.primary.ask("select credits.schema_version()")


def test_the_form_with_a_list_of_hosts_does_it_too(two: Two) -> None:
    folders = f"{two.standby.socket_folder},{two.primary.socket_folder}"
    url = f"postgresql://postgres@/postgres?host={folders}&port=5432"
    assert call("migrate", url=url).code == 0
    assert call("status", url=f"{url}&target_session_attrs=primary").code == 0


def test_no_primary_among_them_is_one_sentence(two: Two) -> None:
    url = f"postgresql://postgres@{two.at_standby},{two.at_standby}/postgres?sslmode=disable"
    answer = run("migrate", url=url)
    assert answer.code == 2
    assert answer.sentence.startswith("The database reported: ")
    assert "read-only" in answer.sentence
    for command in (["migrate"], ["status"], ["expire"]):
        answer = call(*command, url=f"{url}&target_session_attrs=read-write")
        assert answer.code == 2
        assert answer.sentence == (
            f"No server at {two.at_standby},{two.at_standby} is now as target_session_attrs "
            "wants it. In a failover that takes a moment."
        )


def test_commands_that_write_and_that_read_reach_the_primary(migrated: Two, tmp_path: Path) -> None:
    url, profile_id = migrated.url, uuid4()
    assert call("status", url=url).code == 0
    assert call("open", profile_id, "--monthly", 70, url=url).code == 0
    assert call("reserve", profile_id, 20, url=url).code == 0
    assert call("balance", profile_id, "--json", url=url).document["available"] == 50
    assert call("expire", url=url).code == 0
    assert call("check", profile_id, url=url).code == 0
    trace = tmp_path / "trace.csv"
    trace.write_text("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03,2,1\n", "utf-8")
    assert call("simulate", trace, "--profiles", 1, url=url).code == 0


def test_the_library_migrates_through_it(two: Two) -> None:
    migrate(two.of_both)
    assert two.primary.ask("select credits.schema_version()")


def test_a_standby_answers_what_only_reads_and_says_why_it_cannot_write(migrated: Two) -> None:
    profile_id = uuid4()
    assert call("open", profile_id, "--monthly", 70, url=migrated.url).code == 0
    url = on_standby(migrated)
    there = f"select count(*) from credits.profiles where id = '{profile_id}'"
    until(lambda: fetch(url, there) == [(1,)], "the profile on the standby")
    assert call("balance", profile_id, "--json", url=url).document["available"] == 70
    assert call("status", url=url).code == 0
    assert call("check", profile_id, url=url).code == 0
    answer = call("reserve", profile_id, 20, url=url)
    assert answer.code == 2
    assert answer.sentence == (
        "The server reported: cannot execute SELECT FOR NO KEY UPDATE in a read-only transaction "
        "(SQLSTATE 25006). If it is a standby, give the URL of the primary, or of all servers with "
        "target_session_attrs=read-write."
    )


def test_a_worker_goes_on_at_the_new_primary(migrated: Two) -> None:
    """Last, as it changes who is the primary."""
    worker = Worker(start("expire", "--every", "1s", "--json", url=migrated.url))
    profile_id = uuid4()
    assert call("open", profile_id, "--monthly", 70, url=migrated.url).code == 0
    there = f"select count(*) from credits.profiles where id = '{profile_id}'"
    until(lambda: migrated.standby.ask(there) == 1, "the profile on the standby")
    until(lambda: migrated.primary.ask(_SWEEPER), "a worker at the primary")
    migrated.primary.end(signal.SIGKILL, with_sessions=True)
    migrated.standby.promote()
    until(lambda: "The database works again.\n" in worker.err, "a worker at the new primary")
    assert migrated.standby.ask(_SWEEPER)
    assert call("reserve", profile_id, 20, url=migrated.url).code == 0
    assert worker.stop() == 0
