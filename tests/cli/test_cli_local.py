"""``local``: a server on a kept folder, one at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_tools import call, end, processes_on, run, start, until

from pgcredits._cli.local import _default_folder


@pytest.fixture
def folder(open_folder: Path) -> Path:
    return open_folder / "kept"


@pytest.fixture
def server(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A running `pgcredits local`."""
    program = start("local", "--folder", folder, "--json")
    yield program
    if program.poll() is None:
        program.terminate()
        end(program)


def url_of(program: subprocess.Popen[str]) -> str:
    """The URL it prints once it runs."""
    assert program.stdout is not None
    text = ""
    while not text.endswith("}\n"):
        text += program.stdout.readline()
    return str(json.loads(text)["url"])


def test_it_prints_a_url_that_the_other_commands_understand(
    server: subprocess.Popen[str],
) -> None:
    url = url_of(server)
    assert call("status", url=url).code == 0
    assert call("open", "--monthly", 5, url=url).code == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_it_stops_when_told_to(
    server: subprocess.Popen[str], folder: Path, how: signal.Signals
) -> None:
    url_of(server)
    server.send_signal(how)
    answer = end(server)
    assert (answer.code, answer.stderr) == (0, "Stopped.\n")
    assert processes_on(folder) == []
    assert (folder / "data" / "PG_VERSION").exists()


def test_a_script_can_stop_it_as_a_background_job(folder: Path) -> None:
    program = start("local", "--folder", folder, "--json", in_background=True)
    url_of(program)
    program.terminate()
    assert end(program).code == 0
    assert processes_on(folder) == []


def test_its_data_is_there_again_the_next_time(server: subprocess.Popen[str], folder: Path) -> None:
    url = url_of(server)
    profile_id = call("open", "--monthly", 5, "--json", url=url).document["profile_id"]
    server.terminate()
    end(server)
    again = start("local", "--folder", folder, "--json")
    assert url_of(again) == url
    assert call("balance", profile_id, "--json", url=url).document["available"] == 5
    again.terminate()
    assert end(again).code == 0


def test_a_second_one_on_the_same_folder_is_refused_and_the_first_goes_on(
    server: subprocess.Popen[str], folder: Path
) -> None:
    url = url_of(server)
    second = run("local", "--folder", folder)
    assert second.code == 2
    assert second.sentence == (
        f"A local server is already running on {folder}: use it, or give another --folder."
    )
    assert call("status", url=url).code == 0
    assert server.poll() is None


def test_a_new_one_can_start_after_the_first_was_killed(
    server: subprocess.Popen[str], folder: Path
) -> None:
    url = url_of(server)
    server.kill()
    end(server)
    until(lambda: not processes_on(folder))
    again = start("local", "--folder", folder, "--json")
    assert url_of(again) == url
    again.terminate()
    assert end(again).code == 0


def test_it_tells_people_how_to_go_on(folder: Path) -> None:
    program = start("local", "--folder", folder)
    assert program.stdout is not None
    lines = [program.stdout.readline() for _ in range(5)]
    program.send_signal(signal.SIGINT)
    assert end(program).code == 0
    assert "Ctrl-C stops it" in lines[0]
    url = lines[2].split(maxsplit=1)[1].strip()
    assert lines[4] == f"  export PGCREDITS_DATABASE_URL='{url}'\n"


def test_a_folder_it_cannot_use_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    answer = run("local", "--folder", file / "folder")
    assert answer.code == 2
    assert str(file) in answer.sentence


def test_its_folder_is_where_users_keep_their_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("HOME", "/home/u")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert _default_folder() == Path("/home/u/.local/share/pgcredits/local")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert _default_folder() == Path("/data/pgcredits/local")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert _default_folder() == Path("/data/pgcredits/local")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert _default_folder() == Path("/var/lib/pgcredits/root/local")
    monkeypatch.setenv("SUDO_USER", "ann")
    assert _default_folder() == Path("/var/lib/pgcredits/ann/local")
