"""What docs/high-availability.md says is what happens: its commands and its files, word for word.

Addresses, folders and users alone are replaced. What needs Patroni, etcd or HAProxy is left out
where they are not installed.
"""

from __future__ import annotations

import inspect
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
from document_tools import ROOT, Block, blocks

from client.retry_tools import CALLS, JOB, METHODS_THAT, PROFILE, call
from fire.cluster.machines import DOCUMENT, Cluster, free_port, missing, system_programs
from fire.faults.pooler import find_pgbouncer
from fire.faults.servers import Server, open_folder, orphans, until
from pgcredits import Credits, Retry, connect
from pgcredits._retry import Repeat
from pgcredits._server.migrate import migrate
from support import in_memory


def section(heading: str) -> list[Block]:
    """The blocks below a heading."""
    text = DOCUMENT.read_text("utf-8")
    begin = text.count("\n", 0, text.index(f"\n## {heading}\n"))
    end = text.find("\n## ", text.index(f"\n## {heading}\n") + 1)
    last = text.count("\n", 0, end) if end > 0 else text.count("\n") + 1
    return [block for block in blocks(DOCUMENT) if begin < block.line <= last]


def commands(heading: str, naming: str) -> str:
    """The lines after `$` in the console block of a section that names something."""
    (block,) = [b for b in section(heading) if b.language == "console" and naming in b.code]
    return "\n".join(re.findall(r"^\$ ((?:.*\\\n)*.*)", block.code, re.MULTILINE))


def file(heading: str, naming: str) -> str:
    """The ini block of a section that names something."""
    (block,) = [b for b in section(heading) if b.language == "ini" and naming in b.code]
    return block.code


def run(script: str, **how: Any) -> str:
    """What a script prints."""
    ran = subprocess.run(
        ["sh", "-euc", script],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        **how,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def path_of(*folders: str | Path) -> str:
    return os.pathsep.join([*map(str, folders), os.environ["PATH"]])


# --- by hand --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three() -> Iterator[dict[str, Server]]:
    """A primary, and two standbys with the names of the document."""
    with ExitStack() as stack:
        stack.enter_context(orphans())
        folder = stack.enter_context(open_folder(in_memory()))
        servers = {
            name: Server(folder / name, wal_log_hints="on", wal_keep_size="128MB") for name in "abc"
        }
        for server in servers.values():
            stack.callback(server.stop)
        servers["a"].start()
        migrate(servers["a"].url())
        for name in "bc":
            servers["a"].copy_to(servers[name])
            servers[name].follow(servers["a"].url(), name)
            servers[name].start()
        yield servers


@pytest.mark.server
def test_a_commit_waits_for_any_of_two_standbys(three: dict[str, Server], psql: str) -> None:
    script = commands("Two synchronous standbys", "synchronous_standby_names")
    assert "'ANY 1 (b, c)'" in script
    set_it, reload, look = script.splitlines()
    there = {
        "env": {
            **os.environ,
            "PATH": path_of(Path(psql).parent),
            "PGUSER": "postgres",
            "PGDATABASE": "postgres",
        }
    }
    at = f"-h {three['a'].socket_folder}"
    for line in (set_it, reload):
        run(line.replace("-h a.example", at), **there)
    in_step = (
        "select count(*) = 2 from pg_stat_replication"
        " where state = 'streaming' and sync_state = 'quorum'"
    )
    until(lambda: three["a"].ask(in_step), "both standbys, quorum")
    told = run(look.replace("-h a.example", at), **there)
    assert sorted(re.findall(r"(\w) +\| streaming \| quorum", told)) == ["b", "c"]
    three["b"].stop()  # and with one of them away nothing waits
    with three["a"].connect() as connection:
        connection.execute("set statement_timeout = '20s'")
        connection.execute("select credits.open_profile(gen_random_uuid(), 5)")
    three["b"].start()
    until(lambda: three["a"].ask(in_step), "both standbys again")


@pytest.fixture(scope="module")
def standby(three: dict[str, Server]) -> str:
    """The URL of a standby that has a profile with a job."""
    with three["a"].connect() as connection:
        connection.execute("select credits.open_profile(%s, 500, 100)", [PROFILE])
        connection.execute("select credits.reserve_credits(%s, %s, 10)", [PROFILE, JOB])
    there = f"select count(*) from credits.jobs where id = '{JOB}'"
    until(lambda: three["c"].ask(there) == 1, "the job on the standby")
    return three["c"].url()


@pytest.mark.server
async def test_the_table_says_which_functions_run_on_a_standby(standby: str) -> None:
    (row,) = re.findall(r"^\| runs \| (.*) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    runs = set(re.findall(r"`(\w+)`", row))
    assert runs == set(METHODS_THAT[Repeat.READ])
    nothing_to_do = {"expire_holds", "expire_packs", "watch_profiles"}
    connection = await connect(standby)
    for name in CALLS:
        try:
            await call(Credits(connection), name)
            answer = ""
        except Exception as error:
            answer = getattr(error, "sqlstate", None) or repr(error)
        assert answer == ("" if name in runs | nothing_to_do else "25006"), name
    await connection.close()


@pytest.mark.server
async def test_a_call_on_a_standby_is_made_again_until_the_time_is_up(standby: str) -> None:
    connection = await connect(standby)
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):  # nothing is unknown
        await call(Credits(Retry(connection, seconds=0.5)), "reserve_credits")
    await connection.close()


@pytest.mark.server
def test_the_lag_of_a_standby_can_be_asked_for(three: dict[str, Server], psql: str) -> None:
    script = commands("What runs on a standby", "replay_timestamp")
    told = run(
        script.replace("host=10.0.0.12", f"host={three['c'].socket_folder} dbname=postgres"),
        env={**os.environ, "PATH": path_of(Path(psql).parent)},
    )
    assert "behind" in told


@pytest.mark.server
def test_the_old_primary_comes_back_as_a_standby(three: dict[str, Server]) -> None:
    """Last, as it changes who is the primary."""
    old, new = three["a"], three["b"]
    three["c"].stop()
    with old.connect() as connection:  # it has heard of nothing, and answers alone
        connection.execute("alter system reset synchronous_standby_names")
        connection.execute("select pg_reload_conf()")
    until(lambda: old.ask("show synchronous_standby_names") == "", "a primary that is alone")
    new.promote()
    with old.connect() as connection:  # what nobody has
        connection.execute("select credits.open_profile(gen_random_uuid(), 5)")
    with new.connect() as connection:
        connection.execute("checkpoint")
        connection.execute("select credits.open_profile(gen_random_uuid(), 6)")
    old.stop()
    script = commands("The old primary comes back", "pg_rewind")
    script = script.replace("/var/lib/postgresql/15/credits", str(old.data))
    script = script.replace("host=10.0.0.12", f"host={new.socket_folder}")
    old._give_to_server(old.data / "fire.conf")
    process = old._process()
    process["env"]["PATH"] = path_of(old._programs)
    run(script, **process)
    old.start()
    count = "select count(*) from credits.profiles where credits_remaining = 6"
    until(lambda: old.ask(count) == 1, "what the new primary has")
    assert old.ask("select pg_is_in_recovery()")
    assert old.ask("select count(*) from credits.profiles where credits_remaining = 5") == (
        new.ask("select count(*) from credits.profiles where credits_remaining = 5")
    )


# --- with Patroni, HAProxy and PgBouncer ----------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if (absent := missing()) is not None:
        pytest.skip(absent)
    with orphans(), open_folder(in_memory()) as folder, Cluster(folder) as cluster:
        with psycopg.connect(cluster.the_leader().url(), autocommit=True) as connection:
            connection.execute("create role app superuser login")
        yield cluster


def in_cluster(script: str, cluster: Cluster) -> str:
    """Runs commands of the document in this cluster. Patroni's are those of the system's Python."""
    hosts = ",".join(f"127.0.0.1:{machine.port}" for machine in cluster.machines)
    script = script.replace("10.0.0.11,10.0.0.12,10.0.0.13", hosts)
    script = script.replace("/etc/patroni/credits.yml", str(cluster.machines[0].config))
    ours = (
        f"PYTHONPATH='{os.environ.get('PYTHONPATH', '')}' {Path(sys.executable).parent}/pgcredits"
    )
    script = re.sub(r"^pgcredits", ours, script, flags=re.MULTILINE)
    return run(
        script,
        env={
            "PATH": path_of(str(system_programs())),
            "LC_ALL": "C.UTF-8",
            "DATABASE_URL": cluster.url("app"),
        },
    )


def test_the_cluster_of_the_document_does_what_is_said(cluster: Cluster, tmp_path: Path) -> None:
    """One cluster for all of it, as it takes its time to make one."""
    stands_and_has_the_schema(cluster)
    is_strict_or_not(cluster)
    is_one_url(cluster)
    is_reached_through_what_is_in_front(cluster, tmp_path)


def stands_and_has_the_schema(cluster: Cluster) -> None:
    told = in_cluster(commands("With Patroni", "patronictl"), cluster)
    assert re.findall(r"\| (\w) ", told) == ["a", "b", "c"]
    assert "Sync Standby" in told
    assert "synchronous_mode_strict: true" in told
    assert "Ready: the schema matches this package." in told
    assert commands("With Patroni", "$ patroni /") == "patroni /etc/patroni/credits.yml"
    packages = commands("With Patroni", "apt-get").split()[2:]
    assert packages == ["patroni", "etcd-server"]


def is_strict_or_not(cluster: Cluster) -> None:
    off, on = commands("Strict or not", "strict=").splitlines()
    in_cluster(off, cluster)
    assert "synchronous_mode_strict: false" in cluster.control("show-config")
    in_cluster(on, cluster)
    assert "synchronous_mode_strict: true" in cluster.control("show-config")


def is_one_url(cluster: Cluster) -> None:
    told = in_cluster(commands("One URL for all servers", "expire"), cluster)
    assert "Ready: the schema matches this package." in told
    assert "Nothing was due." in told
    assert re.search(r"^ f$", told, re.MULTILINE)


def find_haproxy() -> str | None:
    return shutil.which("haproxy", path=path_of("/usr/sbin"))


@contextmanager
def in_front(cluster: Cluster, folder: Path) -> Iterator[int]:
    """The HAProxy of the document, and its port."""
    port, text = free_port(), file("HAProxy or PgBouncer in front", "listen credits")
    for machine, place in zip(cluster.machines, ("11", "12", "13"), strict=True):
        text = text.replace(
            f"10.0.0.{place}:5432 check port 8008",
            f"127.0.0.1:{machine.port} check port {machine.agent_port}",
        )
    config = folder / "haproxy.cfg"
    config.write_text(text.replace("127.0.0.1:5000", f"127.0.0.1:{port}"), "utf-8")
    haproxy = subprocess.Popen(
        [str(find_haproxy()), "-f", config, "-db"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        haproxy.kill()
        haproxy.wait()


def writer_at(url: str) -> Any:
    """The port of the server that a URL leads to, if it can be written on; None without one."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            connection.execute("create temporary table one ()")
            row = connection.execute("select current_setting('port')::integer").fetchone()
            return row[0] if row else None
    except psycopg.Error:
        return None


def is_reached_through_what_is_in_front(cluster: Cluster, tmp_path: Path) -> None:
    """Before and after a switchover, where the programs are installed."""
    if find_haproxy() is None:
        pytest.skip("apt-get install haproxy; all that comes before it was tried")
    with ExitStack() as stack:
        port = stack.enter_context(in_front(cluster, tmp_path))
        ways = [f"postgresql://app@127.0.0.1:{port}/postgres?sslmode=disable"]
        if find_pgbouncer() is not None:
            ways.append(stack.enter_context(pooled(port, stack)))
        for turn in range(2):
            if turn:
                told = in_cluster(commands("Time limits", "switchover"), cluster)
                assert "Successfully switched over" in told
            leader = cluster.the_leader()
            for way in ways:
                until(lambda w=way, m=leader: writer_at(w) == m.port, "the way to the leader")
    cluster.until(cluster.is_in_step, "a whole cluster")


@contextmanager
def pooled(port: int, stack: ExitStack) -> Iterator[str]:
    """The URL of the PgBouncer of the document before that port."""
    folder = stack.enter_context(open_folder(in_memory()))
    own, text = free_port(), file("HAProxy or PgBouncer in front", "[pgbouncer]")
    text = text.replace("port=5000", f"port={port}").replace("\n\n[pg", " user=app\n\n[pg")
    more = f"auth_type = any\nlisten_addr = 127.0.0.1\nlisten_port = {own}\nunix_socket_dir =\n"
    (folder / "pgbouncer.ini").write_text(f"{text}{more}ignore_startup_parameters = options\n")
    as_nobody = {"user": "nobody"} if os.geteuid() == 0 else {}
    pooler = subprocess.Popen(
        [str(find_pgbouncer()), "--quiet", folder / "pgbouncer.ini"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_nobody,
    )
    try:
        yield f"postgresql://app@127.0.0.1:{own}/postgres?sslmode=disable"
    finally:
        pooler.kill()
        pooler.wait()


# --- figures --------------------------------------------------------------------------------------


def test_the_time_limits_add_up() -> None:
    text = DOCUMENT.read_text("utf-8")
    rows = [int(n) for n in re.findall(r"^\| (\d+) \| ", text, re.MULTILINE)]
    (total,) = re.findall(r"^\| \*\*(\d+)\*\* \|", text, re.MULTILINE)
    assert sum(rows) == int(total)
    limits = inspect.signature(Retry).parameters
    assert limits["seconds"].default > sum(rows)
    assert limits["attempt_seconds"].default == 15
    assert limits["attempts"].default is None


def test_what_it_needs_is_what_the_programme_that_lands_changes_installs() -> None:
    installed = (ROOT / ".ci" / "run").read_text("utf-8")
    for package in ("patroni", "etcd-server", "haproxy", "pgbouncer"):
        assert re.search(rf"\b{package}\b", installed), package
