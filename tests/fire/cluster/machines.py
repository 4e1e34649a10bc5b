"""Three servers under Patroni, and one etcd, each a process of this machine.

What Patroni is told is the block of the document, but for addresses, folders and times.
Each machine has ways that can be cut: to etcd, and from the others to its server and to its agent.
Clients come by other ways, which stay whole.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psycopg
import yaml

from fire.faults.proxy import Proxy
from fire.faults.servers import USER, freeze, thaw, until
from support import TESTS

DOCUMENT = TESTS.parent / "docs" / "high-availability.md"
NAMES = ("a", "b", "c")
# As quick as it can be without an election because a process waited for its turn.
QUICK = {"ttl": 6, "loop_wait": 1, "retry_timeout": 2}
_IN_STEP = """
select count(*) filter (where state = 'streaming'),
       count(*) filter (where state = 'streaming' and sync_state in ('sync', 'quorum'))
  from pg_stat_replication"""
# Nothing may outlive this process, however it ends: the end of its standard input tells.
_WATCHDOG = """
trap '' INT TERM HUP
read _
for try in 1 2 3; do
  for file in "$0"/*/agent.pid "$0"/*/data/postmaster.pid "$0"/etcd.pid; do
    [ -f "$file" ] && kill -9 "$(head -n 1 "$file")" 2>/dev/null
  done
  sleep 0.2
done
"""


def missing() -> str | None:
    """What this needs and is not there, as a reason to leave it out."""
    programs = {
        "patroni": shutil.which("patroni"),
        "etcd-server": shutil.which("etcd"),
        "postgresql": system_programs(),
    }
    absent = [package for package, found in programs.items() if not found]
    return f"apt-get install {' '.join(absent)}" if absent else None


def system_programs() -> Path | None:
    """The newest of the system's servers: Patroni is packaged for those."""
    found = sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin/initdb"))
    return found[-1].parent if found else None


def documented() -> dict[str, Any]:
    """What the document tells Patroni."""
    (block,) = re.findall(r"^```yaml\n(scope:.*?)^```$", DOCUMENT.read_text("utf-8"), re.M | re.S)
    config: dict[str, Any] = yaml.safe_load(block)
    return config


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as place:
        return int(place.getsockname()[1])


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


class Machine:
    """A server and its agent, which is Patroni."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.folder = cluster.folder / name
        self.data = self.folder / "data"
        self.port, self.agent_port = free_port(), free_port()
        self.to_etcd = Proxy(cluster.etcd_port)
        self.to_server, self.to_agent = Proxy(self.port), Proxy(self.agent_port)
        self.agent: subprocess.Popen[bytes] | None = None
        self._frozen: list[int] = []
        cluster.make_folder(self.folder)

    @property
    def ways(self) -> tuple[Proxy, Proxy, Proxy]:
        return self.to_etcd, self.to_server, self.to_agent

    def url(self, user: str = "postgres", database: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    # --- its life ---------------------------------------------------------------------------------

    @property
    def config(self) -> Path:
        return self.folder / "patroni.yml"

    def write_config(self) -> None:
        config = documented()
        times = self.cluster.times
        config |= {
            "name": self.name,
            # Else the agent learns of ways to etcd that are never cut.
            "etcd3": {"hosts": [f"127.0.0.1:{self.to_etcd.port}"], "use_proxies": True},
            "restapi": {
                "listen": f"127.0.0.1:{self.agent_port}",
                "connect_address": f"127.0.0.1:{self.to_agent.port}",
            },
            "log": {"dir": str(self.folder), "level": "INFO"},
        }
        config["bootstrap"]["dcs"] |= times
        config["bootstrap"]["dcs"]["postgresql"]["parameters"] |= self.cluster.settings
        config["bootstrap"]["pg_hba"] = [
            line.replace("10.0.0.0/24", "127.0.0.1/32") for line in config["bootstrap"]["pg_hba"]
        ]
        config["postgresql"] |= {
            "listen": f"127.0.0.1:{self.port}",
            "connect_address": f"127.0.0.1:{self.to_server.port}",
            "data_dir": str(self.data),
            "bin_dir": str(system_programs()),
            "parameters": {"unix_socket_directories": str(self.folder)},
            "pgpass": str(self.folder / "pgpass"),
        }
        self.config.write_text(yaml.safe_dump(config), "utf-8")
        self.config.chmod(0o644)

    def start(self) -> None:
        """Starts the agent, which starts the server."""
        self.agent = self.cluster.start_process(
            [str(shutil.which("patroni")), str(self.config)], self.folder / "agent.log"
        )
        (self.folder / "agent.pid").write_text(f"{self.agent.pid}\n", "utf-8")

    def kill(self) -> None:
        """SIGKILL of the agent, the server and all of its sessions: the machine is gone."""
        processes = self._server_processes()
        if self.agent is not None:
            self.agent.kill()
            self.agent.wait()
            self.agent = None
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in processes:  # see ``orphans``
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def freeze(self) -> None:
        """Nothing moves any more, and nobody is told: a machine that hangs."""
        agent = [self.agent.pid] if self.agent else []
        roots = [*agent, *self._server_processes()[:1]]
        self._frozen = [pid for root in roots for pid in freeze(root)]

    def thaw(self) -> None:
        thaw(self._frozen)
        self._frozen = []

    def _server_processes(self) -> list[int]:
        file = self.data / "postmaster.pid"
        if not file.exists():
            return []
        pid = int(file.read_text("utf-8").split()[0])
        return [pid, *_descendants(pid)]

    # --- what it says -----------------------------------------------------------------------------

    def is_leader(self) -> bool:
        """Whether its agent holds the lock, and its server is a primary."""
        return self._asked("/primary")

    def is_replica(self) -> bool:
        return self._asked("/replica")

    def roles(self) -> Counter[str]:
        """How many machines are what, as its agent has it."""
        members = json.loads(self._ask("/cluster") or '{"members": []}')["members"]
        return Counter(member["role"] for member in members)

    def _asked(self, path: str) -> bool:
        return self._ask(path) is not None

    def _ask(self, path: str) -> str | None:
        """What its agent says; None where it says no, or nothing."""
        try:
            place = f"http://127.0.0.1:{self.agent_port}{path}"
            with urllib.request.urlopen(place, timeout=1) as answer:
                return str(answer.read().decode())
        except OSError:
            return None

    def query(self, text: str, database: str = "postgres") -> list[tuple[Any, ...]] | None:
        """What the server answers; None where it does not."""
        try:
            with psycopg.connect(
                self.url(database=database), autocommit=True, connect_timeout=2
            ) as connection:
                return connection.execute(text).fetchall()
        except psycopg.OperationalError:
            return None

    def log(self) -> str:
        file = self.folder / "patroni.log"
        return file.read_text("utf-8", "replace")[-3000:] if file.exists() else ""


@contextmanager
def _burials() -> Iterator[None]:
    """Takes note of the end of servers, whose parents have ended before: see ``orphans``. Their
    agents wait until somebody does."""
    done = threading.Event()

    def bury() -> None:
        while not done.wait(0.05):
            for file in Path("/proc/self/task").glob("*/children"):
                for pid in _words(file):
                    if _words(Path(f"/proc/{pid}/stat"))[1:3] == ["(postgres)", "Z"]:
                        with suppress(ChildProcessError):
                            os.waitpid(int(pid), os.WNOHANG)

    thread = threading.Thread(target=bury, name="burials", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(30)


def _words(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").split()
    except OSError:
        return []


def _descendants(pid: int) -> list[int]:
    """The processes below a process. Linux only."""
    children = [int(child) for child in _words(Path(f"/proc/{pid}/task/{pid}/children"))]
    return [found for child in children for found in (child, *_descendants(child))]


class Cluster:
    """``folder``: open to the server's user. Use it as a ``with`` block, within ``orphans``.

    ``times``: instead of those of the document; ``settings``: of the servers, on top of its own.
    """

    def __init__(self, folder: Path, times: dict[str, int] | None = None, **settings: str) -> None:
        self.folder = folder
        self.times = QUICK if times is None else times
        self.settings = {"max_connections": "60", "dynamic_shared_memory_type": "mmap", **settings}
        self.etcd_port, self._peer_port = free_port(), free_port()
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:  # the servers refuse to run as root
            user = {user.pw_name: user for user in pwd.getpwall()}["postgres"]
            self._user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self.make_folder(folder / "etcd")
        self.machines = [Machine(self, name) for name in NAMES]
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._begin(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _begin(self, stack: ExitStack) -> None:
        stack.enter_context(_burials())
        watchdog = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHDOG, self.folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert watchdog.stdin is not None
        stack.callback(watchdog.wait, 60)
        stack.callback(watchdog.stdin.close)
        etcd = self._start_etcd()
        stack.callback(etcd.wait)
        stack.callback(etcd.kill)
        for machine in self.machines:
            for way in machine.ways:
                stack.enter_context(way)
            machine.write_config()
        stack.callback(self._end)
        self.machines[0].start()
        self.until(self.machines[0].is_leader, "a first leader")
        for machine in self.machines[1:]:
            machine.start()
        self.until(self.is_in_step, "two standbys in step")

    def _start_etcd(self) -> subprocess.Popen[bytes]:
        """The one of machine ``a`` alone, as the document starts it."""
        text = re.search(r"^\$ (etcd (?:.*\\\n)+.*)", DOCUMENT.read_text("utf-8"), re.M)
        assert text is not None
        command = re.sub(r",b=.*", "", text[1]).replace("\\\n", " ")
        for place, port in (("2379", self.etcd_port), ("2380", self._peer_port)):
            command = command.replace(f"10.0.0.11:{place}", f"127.0.0.1:{port}")
        command = command.replace("/var/lib/etcd/credits", str(self.folder / "etcd" / "data"))
        etcd = self.start_process(
            [*shlex.split(command), "--logger", "zap", "--log-level", "error"],
            self.folder / "etcd.log",
        )
        (self.folder / "etcd.pid").write_text(f"{etcd.pid}\n", "utf-8")
        until(lambda: listens(self.etcd_port) or etcd.poll() is not None, "an answer of etcd", 30)
        assert etcd.poll() is None, (self.folder / "etcd.log").read_text("utf-8", "replace")
        return etcd

    def _end(self) -> None:
        for machine in self.machines:
            machine.thaw()
            machine.kill()

    def start_process(self, command: list[str], log: Path) -> subprocess.Popen[bytes]:
        """Starts a program of the cluster as the servers' user, without what concerns the tests."""
        ours = ("PG", "PYTHON", "PATRONI", "ETCD")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        with log.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=kept,
                start_new_session=True,
                **self._user,
            )

    def make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])

    # --- who is what ------------------------------------------------------------------------------

    def url(self, user: str = USER, database: str = "postgres") -> str:
        """Of all machines, as clients have it."""
        places = ",".join(f"127.0.0.1:{machine.port}" for machine in self.machines)
        options = "sslmode=disable&connect_timeout=1&target_session_attrs=read-write"
        return f"postgresql://{user}@{places}/{database}?{options}"

    def leader(self, *, but: Machine | None = None) -> Machine | None:
        """The machine that holds the lock now, as its own agent says."""
        others = [machine for machine in self.machines if machine is not but]
        return next((machine for machine in others if machine.is_leader()), None)

    def the_leader(self, *, but: Machine | None = None) -> Machine:
        found: Machine = self.until(lambda: self.leader(but=but), "a leader")
        return found

    def is_in_step(self) -> bool:
        """Whether there is one leader whom all others follow, and one who could take over.

        The agents must know that one too: whom they do not know to be in step, they never promote.
        """
        leaders = [machine for machine in self.machines if machine.is_leader()]
        if len(leaders) != 1:
            return False
        others = [machine for machine in self.machines if machine not in leaders]
        found = leaders[0].query(_IN_STEP)
        return (
            all(machine.is_replica() for machine in others)
            and found is not None
            and found[0][0] == len(others)
            and found[0][1] > 0
            and leaders[0].roles()["sync_standby"] > 0
        )

    def until(self, condition: Callable[[], Any], what: str, seconds: float = 90) -> Any:
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                logs = "\n".join(f"{each.name}: {each.log()}" for each in self.machines)
                raise TimeoutError(f"{what} did not come within {seconds:.0f} s\n{logs}")
            time.sleep(0.1)
        return found

    def control(self, *arguments: str) -> str:
        """What ``patronictl`` says."""
        config = next(each.config for each in self.machines if each.agent is not None)
        told = subprocess.run(
            [str(shutil.which("patronictl")), "-c", str(config), *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout

    def members(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.control("list", "-f", "json"))
        return found
