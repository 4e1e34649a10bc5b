"""The playground: the schema in PGlite, in Node and in a browser."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import browser
import playground

PICTURES = playground.ROOT / ".cache" / "playground-pictures"
SCENARIOS = sorted(file.stem for file in (playground.SOURCE / "scenarios").iterdir())
# What is in the buckets when a scenario is over: monthly and addon credits.
AT_THE_END = {
    "refund_after_a_failure": (500, 5000),
    "not_enough_credits": (0, 3600),
    "retry_of_the_same_job": (50, 5000),
    "hold_that_expires": (500, 5000),
}
REFUSED = {
    "refund_after_a_failure": [],
    "not_enough_credits": ["insufficient_credits"],
    "retry_of_the_same_job": ["job_conflict"],
    "hold_that_expires": [],
}
SOUND = "check_integrity finds nothing: the books are sound."
UNSOUND = "addon bucket is the newest ledger balance: expected 5000, found 5001"


def node(*arguments: str | Path) -> Any:
    """What a program prints, which is JSON."""
    if not shutil.which("node"):
        pytest.skip("no node: apt-get install nodejs")
    ran = subprocess.run(
        ["node", *arguments], check=False, capture_output=True, text=True, timeout=500
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def once(factory: pytest.TempPathFactory, name: str, see: Callable[[Path], Any]) -> Any:
    """What was seen in a folder of its own, by whichever process of the session came first."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    result = shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            folder = factory.mktemp(name)
            if not playground.assemble(folder):
                pytest.skip("no npm with which to get PGlite")
            result.write_text(json.dumps(see(folder)), "utf-8")
    return json.loads(result.read_text("utf-8"))


@pytest.fixture(scope="session")
def in_node(tmp_path_factory: pytest.TempPathFactory) -> Any:
    program = Path(__file__).with_name("run_in_node.mjs")
    return once(tmp_path_factory, "node", lambda folder: node(program, folder))


@pytest.fixture(scope="session")
def in_browser(tmp_path_factory: pytest.TempPathFactory) -> Any:
    PICTURES.mkdir(parents=True, exist_ok=True)
    program = Path(__file__).with_name("look_in_browser.mjs")

    def look(folder: Path) -> Any:
        profile = tmp_path_factory.mktemp("profile")
        with playground.server(folder) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                url = f"http://127.0.0.1:{server.server_port}/"
                seen = browser.look(program, profile, url, PICTURES)
                return {"url": url, **seen}
            finally:
                server.shutdown()
                thread.join()

    return once(tmp_path_factory, "browser", look)


def scripted(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [step for step in steps if step["name"] is None]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_ends_as_it_should(in_node: Any, name: str) -> None:
    steps = scripted(in_node[name])
    (profile,) = steps[-1]["books"]["profiles"]
    assert (profile["monthly"], profile["addon"]) == AT_THE_END[name]
    assert steps[0]["books"]["ahead"] == 0, "the clock is set back"
    errors = [step["answer"].get("error") for step in steps]
    assert [error["message"] for error in errors if error] == REFUSED[name]
    assert [finding for step in steps for finding in step["books"]["findings"]] == []
    assert all(step["comment"].endswith(".") for step in steps), "each says what happens"


def test_what_a_reader_is_invited_to_break_is_refused_or_found(in_node: Any) -> None:
    tried = [step for name in SCENARIOS for step in in_node[name] if step["name"]]
    refused = {
        step["name"]: step["answer"]["error"]["message"]
        for step in tried
        if "error" in step["answer"]
    }
    assert refused == {
        "All 2,000 into the monthly bucket": 'new row for relation "jobs" violates check '
        'constraint "jobs_monthly_refunded_within_deducted"',
        "Rewrite history": "ledger_is_append_only",
        "Ask for less than nothing": "invalid_amount",
        "Grant as a service that only charges": "permission denied for function grant_addon",
        "Refund more than it kept": "refund_exceeds_deduction",
    }
    found = {step["name"] for step in tried if step["books"] and step["books"]["findings"]}
    assert found == {"Create a credit by hand"}
    replayed = [
        (step["name"], step["answer"]["rows"][0][step["answer"]["columns"].index("replayed")])
        for step in tried
        if "replayed" in step["answer"].get("columns", [])
    ]
    assert replayed == [
        ("Refund it too", False),
        ("Grant the order again", True),
        ("Refund it again", True),
        ("Settle it again", True),
        ("Refund a part, twice", False),
        ("Refund a part, twice", True),
    ]


def test_the_hold_expires_when_its_hour_is_over(in_node: Any) -> None:
    books = [step["books"] for step in scripted(in_node["hold_that_expires"])]
    states = [[job["state"] for job in each["jobs"]] for each in books]
    assert states == [[], ["reserved"], ["reserved"], ["expired"]]
    assert [each["ahead"] for each in books] == [0, 0, 7200, 7200]
    (held,) = books[1]["profiles"]
    assert (held["monthly_held"], held["addon_held"]) == (500, 1500)


def test_what_goes_to_the_servers_log_is_shown(in_node: Any) -> None:
    (line,) = scripted(in_node["refund_after_a_failure"])[-1]["answer"]["messages"]
    assert line.startswith("LOG: [Credits] Refunded 2000 credits for job aaaaaaaa-")


def test_statements_end_at_their_own_semicolons(in_node: Any) -> None:
    assert [each["sql"] for each in in_node["split"]] == [
        "select ';', $a$ ; $$ $a$;",
        '/* ; */ select "a;b";',
        "select 3",
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_shows_what_the_database_has(in_node: Any, in_browser: Any, name: str) -> None:
    steps, page = in_node[name], in_browser[name]
    moments = {
        "first": steps[0],
        "second": steps[1],
        "end": scripted(steps)[-1],
        "tried": steps[-1],
    }
    for moment, step in moments.items():
        (profile,) = step["books"]["profiles"]
        seen = page[moment]
        assert seen["buckets"] == [f"{profile['monthly']:,}", f"{profile['addon']:,}"]
        held = [profile["monthly_held"], profile["addon_held"]]
        assert seen["held"] == [f"{amount:,} held by jobs" for amount in held if amount]
        for table in ("jobs", "ledger"):
            expected = [
                [
                    _cell(value, change=column in {"monthly", "addon"})
                    for column, value in row.items()
                ]
                for row in step["books"][table]
            ]
            assert seen[table] == expected
    assert page["end"]["integrity"] == SOUND
    assert page["end"]["errors"] == REFUSED[name]
    assert page["second"]["selected"].endswith(steps[1]["sql"])


def _cell(value: object, *, change: bool) -> str:
    if isinstance(value, int):
        return f"{value:+,}" if change and value else f"{value:,}"
    return "" if value is None else str(value)


def test_the_bars_have_one_scale(in_browser: Any) -> None:
    second = in_browser["hold_that_expires"]["second"]
    widths = [[float(width.rstrip("%")) for width in bar] for bar in second["bars"]]
    assert widths == [[0, 10], [70, 30]]


def test_a_damage_done_by_hand_is_red(in_browser: Any) -> None:
    assert UNSOUND in in_browser["refund_after_a_failure"]["tried"]["integrity"]


def test_a_changed_scenario_answers_otherwise_and_can_be_undone(in_browser: Any) -> None:
    changed = in_browser["changed"]
    assert changed["errors"] == ["insufficient_credits", "job_not_found"]
    assert changed["buckets"] == ["500", "5,000"]
    undone = in_browser["undone"]
    assert undone["script"]
    assert (undone["buckets"], undone["errors"]) == ([], [])


def test_the_clock_is_told(in_browser: Any) -> None:
    assert in_browser["start"]["status"] == "PostgreSQL is ready."
    ahead = "PostgreSQL is ready. Its clock is 2 h ahead."
    assert in_browser["hold_that_expires"]["end"]["status"] == ahead


def test_nothing_goes_wrong_and_nothing_comes_from_elsewhere(in_browser: Any) -> None:
    assert in_browser["faults"] == []
    assert {url for url in in_browser["requests"] if not url.startswith(in_browser["url"])} <= {
        "data:,"
    }


def test_a_narrow_window_is_not_scrolled_sideways(in_browser: Any) -> None:
    assert in_browser["width"] <= 420
