"""The commands on all shards: one line for each, and one that is down stops no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from shard_tools import COUNT, write_map

from cli.cli_tools import Worker as Running
from cli.cli_tools import call, execute, fetch, set_clock, set_schema_version, start, until
from pgcredits import __version__
from pgcredits._server.migrate import migrate
from pgcredits._shards import behind_proxy
from pgcredits._shards.databases import database_of, with_database
from pgcredits._shards.map import ShardMap
from pgcredits.testing import database_name, database_url


@contextmanager
def down(url: str) -> Iterator[None]:
    """A database that lets nobody in, as if its server were lost."""
    name = sql.Identifier(str(conninfo_to_dict(url)["dbname"]))
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        allow = sql.SQL("alter database {} allow_connections {}")
        connection.execute(allow.format(name, sql.SQL("false")))
        try:
            yield
        finally:
            connection.execute(allow.format(name, sql.SQL("true")))


@pytest.fixture
def new_shards(empty_server: str) -> Iterator[str]:
    """The URL of databases that nobody has made yet, with {shard} in it."""
    template = database_url(empty_server, database_name("new_{shard}"))
    yield template
    with psycopg.connect(empty_server, autocommit=True) as connection:
        for shard in (*range(COUNT), "proxy"):
            name = sql.Identifier(database_name(f"new_{shard}"))
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))


# --- init -----------------------------------------------------------------------------------------


def test_init_writes_a_map_makes_the_databases_and_may_run_again(
    new_shards: str, map_file: Path
) -> None:
    proxy = new_shards.replace("{shard}", "proxy")
    options = ["--server", f"a={new_shards}", "--shards", COUNT, "--proxy", proxy]
    first = call("shards", "init", "--map", map_file, *options)
    assert (first.code, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        f"Wrote {map_file}.",
        "Created 4 databases; 0 were there.",
    ]
    found = ShardMap.read(map_file)
    assert found.proxy_url == proxy
    execute(found.urls[1], "create table kept ()")
    again = call("shards", "init", "--map", map_file)
    assert again.stdout.splitlines()[1] == "Created 0 databases; 4 were there."
    assert fetch(found.urls[1], "select * from kept") == []
    for shard, url in enumerate(found.urls):
        assert fetch(url, "show pgcredits.shard") == [(f"{shard} of {COUNT}",)]


def test_init_goes_on_where_it_was_stopped(new_shards: str, map_file: Path) -> None:
    found = write_map(map_file, new_shards)
    execute_alone(new_shards, "create database", database_of(found.urls[1]))
    document = call("shards", "init", "--map", map_file, "--json").document
    names = [database_of(found.urls[shard]) for shard in (0, 2)]
    assert document == {"map": str(map_file), "new_map": False, "created": names, "there": 1}


def execute_alone(template: str, statement: str, name: str) -> None:
    with psycopg.connect(with_database(template, "postgres"), autocommit=True) as connection:
        connection.execute(f'{statement} "{name}"')


def test_init_refuses_a_database_of_another_shard(new_shards: str, map_file: Path) -> None:
    write_map(map_file, new_shards)
    assert call("shards", "init", "--map", map_file).code == 0
    swapped = map_file.read_text("utf-8").replace(f"shards = {COUNT}", "shards = 2")
    map_file.write_text(swapped.replace('"0-1"', '"0"').replace('"2"', '"1"'), "utf-8")
    answer = call("shards", "init", "--map", map_file)
    assert answer.code == 2
    assert "says that it is shard 0 of 3, not shard 0 of 2" in answer.sentence


def test_init_says_what_it_needs(map_file: Path, new_shards: str) -> None:
    none = call("shards", "init", "--map", map_file)
    assert (none.code, "give --server" in none.sentence) == (2, True)
    odd = call("shards", "init", "--map", map_file, "--server", "postgresql://x")
    assert (odd.code, "give --server" in odd.sentence) == (2, True)
    assert not map_file.exists()
    write_map(map_file, new_shards)
    both = call("shards", "init", "--map", map_file, "--server", f"a={new_shards}")
    assert (both.code, "is there already" in both.sentence) == (2, True)


# --- status ---------------------------------------------------------------------------------------


def test_status_has_a_line_for_each_shard(shard_map: ShardMap, map_file: Path) -> None:
    answer = call("shards", "status", "--map", map_file)
    assert (answer.code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "shard 0  a  Ready: the schema matches this package.",
        "shard 1  a  Ready: the schema matches this package.",
        "shard 2  b  Ready: the schema matches this package.",
        "3 of 3 shards are ready.",
    ]


def test_status_tells_of_versions_and_of_what_is_down(shard_map: ShardMap, map_file: Path) -> None:
    set_schema_version(shard_map.urls[0], "0.0.1")
    with down(shard_map.urls[1]):
        answer = call("shards", "status", "--map", map_file)
        document = call("shards", "status", "--map", map_file, "--json").document
    assert answer.code == 2
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("shard 0  a  Not ready. The schema is version 0.0.1, older")
    assert "not currently accepting connections" in lines[1]
    assert lines[3] == "1 of 3 shards are ready."
    assert document["ok"] is False
    assert [each["failure"] is None for each in document["shards"]] == [True, False, True]
    assert document["shards"][0]["schema_version"] == "0.0.1"
    assert document["shards"][2]["ready"] is True


def test_status_tells_what_differs(shard_map: ShardMap, map_file: Path) -> None:
    execute(shard_map.urls[2], "revoke all on function credits.get_job from credits_app")
    answer = call("shards", "status", "--map", map_file)
    assert answer.code == 1
    assert "credits_app lacks EXECUTE on function get_job" in answer.stdout.splitlines()[2]


def test_status_compares_the_proxy(shard_map: ShardMap, map_file: Path, empty_db_url: str) -> None:
    write_map(map_file, shard_map.servers[0].url, proxy=empty_db_url)
    answer = call("shards", "status", "--map", map_file)
    assert answer.code == 2
    line = answer.stdout.splitlines()[3]
    assert line.startswith("proxy       Not ready: the database has no schema credits.")


def test_a_map_that_confuses_two_shards_is_noticed(shard_map: ShardMap, map_file: Path) -> None:
    for command in ("status", "migrate", "check", "expire"):
        for shard in (0, 1):
            name = database_of(shard_map.urls[shard])
            other = f"\"{name}\" set pgcredits.shard = '{1 - shard} of 3'"
            execute(shard_map.urls[2], f"alter database {other}")
        answer = call("shards", command, "--map", map_file)
        assert answer.code == 2
        assert (
            "this is shard 0 of 3, and the database says that it is shard 1 of 3"
            in (answer.stdout.splitlines()[0])
        )


# --- migrate --------------------------------------------------------------------------------------


def test_migrate_brings_each_shard_to_this_version_and_only_then_the_proxy(
    new_shards: str, map_file: Path
) -> None:
    found = write_map(map_file, new_shards, proxy=new_shards.replace("{shard}", "proxy"))
    assert call("shards", "init", "--map", map_file).code == 0
    with down(found.urls[1]):
        answer = call("shards", "migrate", "--map", map_file)
        assert answer.code == 2
        lines = answer.stdout.splitlines()
        assert lines[0].startswith(f"shard 0  a  The schema is version {__version__}. Applied ")
        assert lines[3] == "Not migrated: shard 1. The proxy is left as it is. Run it again."
    status = call("shards", "status", "--map", map_file, "--json").document
    assert [each["ready"] for each in status["shards"] if not each["failure"]].count(True) == 2
    assert status["proxy"]["ready"] is False  # never newer than a shard
    write_map(map_file, new_shards)
    document = call("shards", "migrate", "--map", map_file, "--json").document
    assert document["ok"] is True
    assert [bool(each["applied"]) for each in document["shards"]] == [False, True, False]
    assert call("shards", "status", "--map", map_file).code == 0


def test_what_can_be_no_proxy_is_left_as_it_is(
    new_shards: str, map_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(behind_proxy, "_CAN_BE_A_PROXY", "select where false")
    proxy = new_shards.replace("{shard}", "proxy")
    write_map(map_file, new_shards, proxy=proxy)
    assert call("shards", "init", "--map", map_file).code == 0
    answer = call("shards", "migrate", "--map", map_file)
    assert answer.code == 2
    assert answer.stdout.splitlines()[3].startswith("proxy       The server has no PL/Proxy")
    assert fetch(proxy, "select to_regnamespace('credits')") == [(None,)]
    migrate(proxy)  # by somebody who knows no better
    answer = call("shards", "status", "--map", map_file)
    assert answer.code == 2
    assert answer.stdout.splitlines()[3].startswith("proxy       This database is no proxy")


def test_migrate_leaves_a_newer_shard_alone(shard_map: ShardMap, map_file: Path) -> None:
    set_schema_version(shard_map.urls[0], "99.0")
    answer = call("shards", "migrate", "--map", map_file)
    assert answer.code == 2
    assert answer.stdout.splitlines()[0].endswith("upgrade pgcredits.")
    assert answer.stdout.splitlines()[3] == "Not migrated: shard 0. Run it again."


# --- check ----------------------------------------------------------------------------------------


def open_profile(url: str) -> str:
    profile = str(uuid4())
    execute(url, f"select credits.open_profile('{profile}', 500, 100)")
    return profile


def test_check_looks_at_each_shard(shard_map: ShardMap, map_file: Path) -> None:
    for url in shard_map.urls:
        open_profile(url)
    for since in ([], ["--since", "2d"]):
        answer = call("shards", "check", "--map", map_file, *since)
        assert answer.code == 0
        assert answer.stdout.splitlines() == [
            "shard 0  a  sound",
            "shard 1  a  sound",
            "shard 2  b  sound",
            "All shards were checked. What was checked is sound.",
        ]
    document = call("shards", "check", "--map", map_file, "--since", "0d", "--json").document
    assert [each["checked"] for each in document["shards"]] == [1, 1, 1]


def test_check_finds_what_is_wrong_while_a_shard_is_down(
    shard_map: ShardMap, map_file: Path
) -> None:
    profile = open_profile(shard_map.urls[2])
    execute(shard_map.urls[2], "update credits.profiles set credits_remaining = 1")
    assert call("shards", "check", "--map", map_file).code == 1
    with down(shard_map.urls[0]):
        answer = call("shards", "check", "--map", map_file)
        document = call("shards", "check", "--map", map_file, "--json").document
    assert answer.code == 2
    lines = answer.stdout.splitlines()
    assert lines[1:3] == ["shard 1  a  sound", "shard 2  b  1 finding"]
    assert any(profile in line for line in lines)
    assert lines[-1] == "Not checked: shard 0. Not sound: shard 2."
    later = ["--since", datetime.now(UTC).isoformat()]
    assert call("shards", "check", "--map", map_file, *later).code == 0
    assert [each.get("findings") is None for each in document["shards"]] == [True, False, False]
    assert document["shards"][2]["findings"][0]["profile_id"] == profile


# --- expire ---------------------------------------------------------------------------------------


def hold(url: str) -> str:
    profile = open_profile(url)
    job = f"profile_id => '{profile}', job_id => '{uuid4()}', cost => 5"
    execute(url, f"select credits.reserve_credits({job}, hold_for => '1 hour')")
    return profile


def monthly(url: str, profile: str) -> int:
    query = f"select credits_remaining from credits.profiles where id = '{profile}'"
    return int(fetch(url, query)[0][0])


def test_expire_sweeps_each_shard(shard_map: ShardMap, map_file: Path) -> None:
    held = [hold(url) for url in shard_map.urls]
    for url in shard_map.urls:
        set_clock(url, "2 hours")
    with down(shard_map.urls[1]):
        answer = call("shards", "expire", "--map", map_file)
    assert answer.code == 2
    lines = answer.stdout.splitlines()
    assert lines[0].startswith("shard 0  a  Expired holds: 1, packs: 0.")
    assert lines[3] == "Not swept: shard 1."
    left = [monthly(url, who) for url, who in zip(shard_map.urls, held, strict=True)]
    assert left == [500, 495, 500]
    document = call("shards", "expire", "--map", map_file, "--json").document
    assert [each["holds"] for each in document["shards"]] == [0, 1, 0]


def test_expire_keeps_sweeping_through_the_outage_of_one(
    shard_map: ShardMap, map_file: Path
) -> None:
    held = [hold(url) for url in shard_map.urls]
    for url in shard_map.urls:
        set_clock(url, "2 hours")
    command = ["shards", "expire", "--map", map_file, "--every", "1s"]
    with down(shard_map.urls[1]):
        running = Running(start(*command, PYTHONUNBUFFERED="1"))
        until(lambda: len(running.out) == 2 and len(running.err) == 1)
        assert "shard 1: " in running.err[0]
        assert "Trying again until it works." in running.err[0]
    until(lambda: len(running.out) == 3)
    assert running.stop() == 0
    assert [monthly(url, who) for url, who in zip(shard_map.urls, held, strict=True)] == [500] * 3
    assert "shard 1: The database works again." in "".join(running.err)


def test_a_worker_needs_a_pause(shard_map: ShardMap, map_file: Path) -> None:
    assert call("shards", "expire", "--map", map_file, "--every", "0s").code == 2


def test_without_a_map_each_command_says_so(tmp_path: Path) -> None:
    for command in ("status", "migrate", "check", "expire"):
        answer = call("shards", command, "--map", tmp_path / "none.toml")
        assert answer.code == 2
        assert answer.sentence.startswith(f"There is no map of the shards, {tmp_path}/none.toml: ")
