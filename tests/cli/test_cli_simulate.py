"""``simulate``: a trace becomes jobs, and every credit is accounted for."""

from __future__ import annotations

import contextlib
import os
import random
import signal
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
import pytest
from cli_tools import Answer, call, end, execute, fetch, run, set_schema_version, start, until

from pgcredits import Credits, Finding, LedgerEntry
from pgcredits._cli.output import progress_bar
from pgcredits._showcase.simulation import Plan, Simulation, percentiles
from pgcredits._showcase.trace import Request, Trace

HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"
REAL_TRACE = Path(__file__).resolve().parents[3] / "shared" / "data" / "azure_llm_code_2023.csv"
MALFORMED = [
    "",
    "t,1",
    "t,x,2",
    "t,1,-2",
    "t,9007199254740991,1",
    f"t,{10**30},1",
    f"t,1,{2**53 - 1}",
]


def write_trace(file: Path, costs: list[int], *more: str) -> Path:
    rows = [f"2023-11-16 18:17:03,{cost - cost // 3},{cost // 3}\n" for cost in costs]
    file.write_text(HEADER + "".join(rows) + "".join(f"{row}\n" for row in more), "utf-8")
    return file


@pytest.fixture
def costs() -> list[int]:
    chance = random.Random(5)  # noqa: S311 - figures for a test
    return [chance.randint(0, 4000) for _ in range(120)]


@pytest.fixture
def trace(tmp_path: Path, costs: list[int]) -> Path:
    return write_trace(tmp_path / "trace.csv", costs)


def simulate(url: str, file: Path, *options: object) -> Any:
    """A simulation that passes its check; its document."""
    answer = call("simulate", file, "--profiles", 10, *options, "--json", url=url)
    assert answer.code == 0, answer.stderr
    assert answer.document["conservation"]["ok"] is True
    return answer.document


def test_every_row_is_charged_to_a_profile(db_url: str, trace: Path, costs: list[int]) -> None:
    document = simulate(db_url, trace, "--fail-share", 0)
    assert (document["rows"], document["jobs"], document["refusals"]) == (120, 120, 0)
    assert (document["refunds"], document["malformed"], document["malformed_rows"]) == (0, 0, [])
    found = fetch(
        db_url,
        "select reserved_cost, monthly_deducted + addon_deducted, meta_json->'trace_line'"
        " from credits.jobs",
    )
    assert sorted(found, key=lambda row: row[2]) == [
        (cost - cost // 3 + 32, cost, line) for line, cost in enumerate(costs, start=2)
    ]
    assert fetch(db_url, "select distinct state from credits.jobs") == [("settled",)]
    profiles = fetch(db_url, "select profile_id from credits.jobs")
    assert len(Counter(profiles)) == 10
    moved = document["credits"]
    taken = [sum(moved[step].values()) for step in ("reserved", "settled_back", "drawn")]
    assert sum(taken) == -sum(costs)
    assert taken[1] > 0 > taken[2]


def test_credits_in_and_out_add_up_to_what_is_left(db_url: str, trace: Path) -> None:
    document = simulate(db_url, trace, "--monthly", 30_000, "--addon", 40_001)
    moved = document["credits"]
    assert moved["opened"] == {"monthly": 300_000, "addon": 200_010}
    assert moved["granted"] == {"monthly": 0, "addon": 200_000}
    for bucket in ("monthly", "addon"):
        steps = ("opened", "granted", "reserved", "settled_back", "drawn", "refunded")
        assert moved["left"][bucket] == sum(moved[step][bucket] for step in steps)
    rows = fetch(db_url, "select count(*) from credits.ledger")
    assert rows == [(document["conservation"]["ledger_rows"],)]
    assert document["conservation"]["profiles"] == 10


def test_jobs_without_funds_are_refused_and_counted(db_url: str, trace: Path) -> None:
    document = simulate(db_url, trace, "--monthly", 4_000, "--addon", 4_000)
    assert document["refusals"] > 0
    assert document["jobs"] + document["refusals"] == 120
    assert fetch(db_url, "select count(*) from credits.jobs") == [(document["jobs"],)]


@pytest.mark.parametrize(
    ("estimate", "less", "more"), [(0, 0, 2), (10, 1, 1), (20, 1, 0), (21, 2, 0)]
)
def test_the_estimate_decides_what_settling_moves(
    db_url: str, tmp_path: Path, estimate: int, less: int, more: int
) -> None:
    file = write_trace(tmp_path / "trace.csv", [15, 60])  # 5 and 20 tokens are generated
    document = simulate(db_url, file, "--fail-share", 0, "--estimate", estimate)
    assert (document["settled"], document["jobs"]) == (2, 2)
    assert (document["settled_for_less"], document["settled_for_more"]) == (less, more)


def test_a_job_that_no_bucket_can_pay_in_full_has_a_shortfall(db_url: str, tmp_path: Path) -> None:
    file = write_trace(tmp_path / "trace.csv", [300])
    arguments = ("--profiles", 1, "--monthly", 250, "--addon", 0, "--fail-share", 0)
    document = simulate(db_url, file, *arguments, "--estimate", 10)
    assert (document["settled"], document["shortfalls"], document["shortfall"]) == (1, 1, 50)
    assert document["credits"]["drawn"] == {"monthly": -40, "addon": 0}


def test_every_job_is_held_until_it_is_settled(db_url: str, trace: Path) -> None:
    simulate(db_url, trace)
    held = "select distinct hold_expires_at > now() + interval '23 hours' from credits.jobs"
    assert fetch(db_url, held) == [(True,)]


def test_a_role_that_may_not_check_integrity_is_told_that_it_was_left_out(
    db_url: str, trace: Path, login: Callable[..., str]
) -> None:
    url = login("credits_admin")
    assert simulate(url, trace)["conservation"]["integrity_checked"] is True
    execute(db_url, "revoke execute on function credits.check_integrity from credits_admin")
    assert simulate(url, trace)["conservation"]["integrity_checked"] is False
    answer = call("simulate", trace, "--profiles", 3, url=url)
    assert answer.code == 0
    assert answer.stdout.endswith("check_integrity: left out, since this role may not execute it\n")


def test_what_check_integrity_finds_fails_the_check(
    db_url: str, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find(_: Credits, profile_id: UUID) -> list[Finding]:
        return [
            Finding(
                severity="error",
                profile_id=profile_id,
                job_id=None,
                rule="rule",
                expected="1",
                found="2",
            )
        ]

    monkeypatch.setattr(Credits, "check_integrity", find)
    answer = call("simulate", trace, "--profiles", 3, url=db_url)
    assert answer.code == 1
    assert "conservation: FAILED (3 differences)" in answer.stdout
    assert ": rule is 2, should be 1\n" in answer.stdout


def test_all_jobs_may_fail_and_everything_comes_back(db_url: str, trace: Path) -> None:
    document = simulate(db_url, trace, "--fail-share", 1)
    assert document["refunds"] == document["jobs"] == 120
    assert document["credits"]["left"] == {"monthly": 500_000, "addon": 1_100_000}
    assert fetch(db_url, "select distinct state from credits.jobs") == [("refunded",)]


def test_the_share_of_failing_jobs_is_about_what_was_asked_for(db_url: str, trace: Path) -> None:
    document = simulate(db_url, trace, "--fail-share", 0.5)
    assert 35 < document["refunds"] < 85


def test_the_seed_decides_who_gets_which_job(db_url: str, trace: Path) -> None:
    # One worker, so that the order is the file's, and little enough that some are refused.
    options = ("--workers", 1, "--monthly", 8_000, "--addon", 4_000)
    first, second, other = (
        simulate(db_url, trace, *options, "--seed", seed)["credits"] for seed in (7, 7, 8)
    )
    assert first == second
    assert first != other


def test_malformed_rows_are_counted_and_named_by_line(db_url: str, tmp_path: Path) -> None:
    file = write_trace(tmp_path / "trace.csv", [10, 20], *MALFORMED, "t,30,0")
    arguments = ("--profiles", 1, "--fail-share", 0, "--json")
    answer = call("simulate", file, *arguments, url=db_url)
    assert answer.code == 0
    document = answer.document
    assert (document["rows"], document["jobs"], document["malformed"]) == (10, 3, 7)
    assert document["malformed_rows"] == [
        {"line": 4, "problem": "empty line"},
        {"line": 5, "problem": "fields: 2 instead of 3"},
        {"line": 6, "problem": "ContextTokens is not a whole number: 'x'"},
        {"line": 7, "problem": "GeneratedTokens is negative: '-2'"},
        {"line": 8, "problem": "9,007,199,254,740,992 tokens are too many"},
        {"line": 9, "problem": f"{10**30 + 1:,} tokens are too many"},
        {"line": 10, "problem": "9,007,199,254,740,992 tokens are too many"},
    ]
    assert answer.stderr.splitlines() == [
        f"line {row['line']}: {row['problem']}" for row in document["malformed_rows"]
    ]


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["people", "programs"])
def test_many_malformed_rows_are_named_in_part_and_counted_in_full(
    db_url: str, tmp_path: Path, as_json: list[str]
) -> None:
    file = write_trace(tmp_path / "trace.csv", [], *["t,1"] * 25)
    answer = call("simulate", file, "--profiles", 1, *as_json, url=db_url)
    assert answer.code == 0
    lines = answer.stderr.splitlines()
    assert lines[:2] == ["line 2: fields: 2 instead of 3", "line 3: fields: 2 instead of 3"]
    assert lines[20:] == ["and 5 more malformed rows"]
    if as_json:
        assert len(answer.document["malformed_rows"]) == answer.document["malformed"] == 25


def test_a_trace_without_rows_is_simulated_too(db_url: str, tmp_path: Path) -> None:
    document = simulate(db_url, write_trace(tmp_path / "trace.csv", []))
    assert (document["rows"], document["jobs"], document["jobs_per_second"]) == (0, 0, 0)
    assert document["reserve_ms"] == {"p50": None, "p95": None, "p99": None}
    assert document["conservation"]["ledger_rows"] == 20


def test_the_summary_is_for_people(db_url: str, trace: Path) -> None:
    answer = run("simulate", trace, "--profiles", 10, url=db_url, COLUMNS="80")
    assert (answer.code, answer.stderr) == (0, "")
    rows = [line.split() for line in answer.stdout.splitlines()]
    for name in (
        *("jobs", "settled", "refunds", "refusals", "shortfalls", "malformed"),
        *("opened", "granted", "reserved", "drawn", "refunded", "left"),
    ):
        assert any(row[:1] == [name] for row in rows), name
    assert any(row[:2] == ["settled", "back"] for row in rows)
    for percent in ("p50", "p95", "p99"):
        assert any(row[:2] == ["reserve", percent] and row[-1] == "ms" for row in rows)
    assert ["opened", "+500,000", "+550,000"] in rows
    (count,) = fetch(db_url, "select count(*) from credits.ledger")[0]
    assert answer.stdout.endswith(
        f"\nconservation: ok ({count} ledger rows of 10 profiles)\ncheck_integrity: sound\n"
    )


def test_a_simulation_can_be_run_again_on_the_same_database(db_url: str, trace: Path) -> None:
    for _ in range(2):
        simulate(db_url, trace)
    assert fetch(db_url, "select count(*) from credits.profiles") == [(20,)]


def test_without_a_url_it_runs_on_a_server_of_its_own(trace: Path, open_folder: Path) -> None:
    answer = run("simulate", trace, "--profiles", 3, TMPDIR=str(open_folder))
    assert (answer.code, answer.stderr) == (0, "")
    assert "conservation: ok (" in answer.stdout
    assert os.listdir(open_folder) == []


def test_the_option_decides_on_which_database_it_runs(db_url: str, trace: Path) -> None:
    nowhere = "postgresql:///d?host=/no/such/folder"
    answer = call("simulate", trace, "--profiles", 3, "--database-url", db_url, url=nowhere)
    assert answer.code == 0
    assert fetch(db_url, "select count(*) from credits.profiles") == [(3,)]
    assert call("simulate", trace, url=nowhere).code == 2


def test_a_schema_that_does_not_fit_is_told(db_url: str, trace: Path) -> None:
    set_schema_version(db_url, "10.0")
    answer = call("simulate", trace, url=db_url)
    assert answer.code == 2
    assert answer.sentence.endswith("upgrade pgcredits.")


@pytest.mark.parametrize("content", ["", "a,b,c\n1,2,3\n"], ids=["empty", "other columns"])
def test_a_file_that_is_no_trace_is_told_before_a_server_is_started(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "trace.csv"
    file.write_text(content, "utf-8")
    answer = call("simulate", file, PGCREDITS_PGBIN="/no/such/folder")
    assert answer.code == 2
    assert answer.sentence.startswith(f"{file} is not a trace: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["/no/such/file.csv"],
        ["/tmp"],  # noqa: S108 - a folder that is there
        [__file__, "--profiles", "0"],
        [__file__, "--workers", "0"],
        [__file__, "--fail-share", "1.1"],
        [__file__, "--fail-share", "-0.1"],
        [__file__, "--estimate", "-1"],
        [__file__, "--seed", "x"],
    ],
)
def test_wrong_arguments_are_explained(arguments: list[str]) -> None:
    answer = call("simulate", *arguments)
    assert (answer.code, answer.stdout) == (2, "")
    assert "Error: " in answer.stderr


def test_funds_that_the_database_refuses_are_a_refusal(db_url: str, trace: Path) -> None:
    answer = call("simulate", trace, "--monthly", -1, "--json", url=db_url)
    assert (answer.code, answer.document["error"]) == (1, "invalid_amount")


@pytest.mark.parametrize("estimate", [2**53 - 1, 2**63 - 1], ids=["stored", "sent"])
def test_an_estimate_that_is_too_large_is_not_blamed_on_the_trace(
    db_url: str, trace: Path, estimate: int
) -> None:
    answer = call("simulate", trace, "--estimate", estimate, "--json", url=db_url)
    assert (answer.code, answer.stderr) == (1, "")
    assert answer.document["error"] == "invalid_amount"
    assert answer.document["detail"]["parameter"] == "cost"


@pytest.fixture
def tampered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements whose second row says another balance than the database does."""
    honest = Credits.get_statement

    async def get_statement(self: Credits, *args: Any, **options: Any) -> list[LedgerEntry]:
        page = await honest(self, *args, **options)
        return [
            replace(row, addon_balance=row.addon_balance + 1) if row.seq == 2 else row
            for row in page
        ]

    monkeypatch.setattr(Credits, "get_statement", get_statement)


@pytest.mark.usefixtures("tampered")
def test_a_ledger_that_does_not_add_up_fails_the_check(db_url: str, trace: Path) -> None:
    arguments = ("simulate", trace, "--profiles", 15)
    answer = call(*arguments, url=db_url)
    assert answer.code == 1
    assert "conservation: FAILED (30 differences)" in answer.stdout
    assert "ledger row 2: addon balance is " in answer.stdout
    assert answer.stdout.endswith("\nand 10 more: --json lists all\n")
    answer = call(*arguments, "--json", url=db_url)
    conservation = answer.document["conservation"]
    assert (answer.code, conservation["ok"], len(conservation["differences"])) == (1, False, 30)


def test_what_somebody_else_does_meanwhile_is_not_blamed_on_the_books(
    db_url: str, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Credits.refund_job
    others: list[UUID] = []

    async def refund_job(self: Credits, *args: Any, profile_id: UUID, **options: Any) -> Any:
        if not others:
            others.append(profile_id)
            execute(db_url, f"select credits.renew_monthly('{profile_id}', now(), 7)")
        return await honest(self, *args, profile_id=profile_id, **options)

    monkeypatch.setattr(Credits, "refund_job", refund_job)
    answer = call("simulate", trace, "--fail-share", 1, "--profiles", 3, url=db_url)
    assert answer.code == 0
    assert "conservation: ok (" in answer.stdout
    assert f"  profile {others[0]}: renew rows of somebody else, -" in answer.stdout


def test_a_lost_connection_ends_it_with_one_sentence(
    db_url: str, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose(*_: object, **__: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed")

    monkeypatch.setattr(Credits, "refund_job", lose)
    answer = call("simulate", trace, "--fail-share", 1, url=db_url)
    assert answer.code == 2
    assert answer.sentence == "The connection to the server was lost: connection was closed."


def test_ctrl_c_ends_it_with_130(db_url: str, tmp_path: Path) -> None:
    file = write_trace(tmp_path / "trace.csv", [3] * 100_000)
    program = start("simulate", file, url=db_url)
    until(lambda: fetch(db_url, "select count(*) > 100 from credits.jobs") == [(True,)])
    program.send_signal(signal.SIGINT)
    answer = end(program)
    assert (answer.code, answer.stdout) == (130, "")


@pytest.mark.parametrize("in_background", [False, True])
def test_sigterm_ends_it_and_its_server(
    open_folder: Path, tmp_path: Path, in_background: bool
) -> None:
    file = write_trace(tmp_path / "trace.csv", [3] * 100_000)
    program = start("simulate", file, in_background=in_background, TMPDIR=str(open_folder))

    def is_charging() -> bool:
        for socket in open_folder.glob("pgcredits-*/.s.PGSQL.5432"):
            url = f"postgresql://postgres@/postgres?host={socket.parent}&port=5432"
            with contextlib.suppress(psycopg.Error):
                return fetch(url, "select count(*) > 100 from credits.jobs") == [(True,)]
        return False

    until(is_charging)
    program.terminate()
    answer = end(program)
    assert (answer.code, answer.stdout) == (130, "")
    until(lambda: os.listdir(open_folder) == [])


async def test_the_file_is_never_read_far_ahead_of_the_work(
    db_url: str, trace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = charged = furthest = 0

    def rows(_: Trace) -> Iterator[Request]:
        nonlocal read
        for read in range(1, 1001):
            yield Request(read + 1, 1, 0)

    async def reserve_credits(self: Credits, *args: Any, **options: Any) -> Any:
        nonlocal charged, furthest
        charged += 1
        furthest = max(furthest, read - charged)
        return await honest(self, *args, **options)

    honest = Credits.reserve_credits
    monkeypatch.setattr(Credits, "reserve_credits", reserve_credits)
    monkeypatch.setattr(Trace, "rows", rows)
    plan = Plan(profiles=2, workers=4, fail_share=0, estimate=0, monthly=1000, addon=0, seed=1)
    with Trace(trace) as opened, progress_bar() as progress:
        report = await Simulation(plan, opened, progress).run(db_url)
    assert (report.jobs, charged) == (1000, 1000)
    assert furthest < 300


def test_only_what_people_are_shown_is_remembered(
    db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("pgcredits._cli.simulate._print_report", shown.append)
    file = write_trace(tmp_path / "trace.csv", [], *["t,1"] * 500)
    assert call("simulate", file, "--profiles", 1, url=db_url).code == 0
    (report,) = shown
    assert (report.malformed, len(report.malformed_rows)) == (500, 20)


def test_percentiles_are_taken_by_nearest_rank() -> None:
    milliseconds = array("d", [number / 1000 for number in range(100, 0, -1)])
    assert percentiles(milliseconds) == {"p50": 50.0, "p95": 95.0, "p99": 99.0}
    assert percentiles(array("d", [0.0015])) == {"p50": 1.5, "p95": 1.5, "p99": 1.5}
    assert percentiles(array("d")) == {"p50": None, "p95": None, "p99": None}


@pytest.mark.skipif(not REAL_TRACE.exists(), reason="the trace of real requests is not here")
def test_of_the_real_trace_most_jobs_pass_and_some_are_refused(db_url: str) -> None:
    answer: Answer = call("simulate", REAL_TRACE, "--json", url=db_url)
    assert (answer.code, answer.stderr) == (0, "")
    document = answer.document
    assert (document["rows"], document["malformed"]) == (8819, 0)
    assert document["jobs"] + document["refusals"] == 8819
    assert 100 < document["refusals"] < 1500
    assert 600 < document["refunds"] < 1100
    assert document["settled_for_less"] > 4000
    assert document["settled_for_more"] > 500
    assert document["conservation"]["integrity_checked"] is True
    assert document["conservation"]["ok"] is True
