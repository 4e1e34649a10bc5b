"""The parts of the piece, each with its figures and findings."""

from __future__ import annotations

import random
import time

import psycopg

from fire.privileges import hijacks
from fire.privileges.attempts import ALL_WAYS, try_cells
from fire.privileges.catalogue import differences
from fire.privileges.matrix import read_matrix
from fire.privileges.sabotage import BROKEN, stray_grant, unnoticed_rules
from fire.privileges.states import STATES
from fire.report import Report
from pgcredits._server.local_server import LocalServer

# In each state of a database.
LEAST_CELLS = 1000


def in_every_state(server: LocalServer, report: Report, *, thorough: bool) -> None:
    """Compares and tries the matrix in each state that a database can be in.

    Thorough: what only an owner can do is tried in each of them, and not in the first only.
    """
    matrix = read_matrix()
    for state, make in STATES.items():
        with psycopg.connect(make(server), autocommit=True) as connection:
            compared, wrong = differences(connection, matrix, state)
            report.found("cells that the catalogue has otherwise", _in(state, wrong))
            ways = ALL_WAYS if thorough or state == "fresh" else ALL_WAYS[:1]
            tried, wrong = try_cells(connection, matrix, state, ways)
            report.found("cells that were answered otherwise", _in(state, wrong))
        report.figures[f"cells compared, {state}"] = compared
        report.figures[f"cells tried, {state}"] = tried
        report.want(
            **{f"cells compared, {state}": LEAST_CELLS, f"cells tried, {state}": LEAST_CELLS}
        )


def _in(state: str, wrong: list[str]) -> list[str]:
    return [f"{state}: {line}" for line in wrong]


def attacks(url: str, report: Report) -> None:
    """What somebody tries who can log in."""
    with hijacks.attacker(url, "in role credits_app") as hired:
        report.figures["attacks refused"], wrong = hijacks.refused(hired)
        report.found("attacks that worked", wrong)
    with hijacks.attacker(url, "in role credits_admin") as hired:
        report.figures["shadows"], wrong = hijacks.hijacked(url, hired)
        report.found("functions that were hijacked", wrong)
    with hijacks.attacker(url) as hired:
        report.figures["own rows seen"], wrong = hijacks.leaked(url, hired)
        report.found("rows that leaked", wrong)
    report.want(**{"attacks refused": 80, "shadows": 500, "own rows seen": 1})


def broken_rules(url: str, report: Report) -> None:
    """Rules broken on purpose: each must be noticed."""
    with psycopg.connect(url, autocommit=True) as connection:
        report.found("broken rules unnoticed", unnoticed_rules(connection, read_matrix(), "fresh"))
    report.figures["rules broken"] = len(BROKEN)


def stray_grants(url: str, report: Report, until: float, at_least: int) -> None:
    """Grants that should not be there: each must be noticed."""
    matrix, rng = read_matrix(), random.Random(report.seed)  # noqa: S311
    with psycopg.connect(url, autocommit=True) as connection:
        while report.figures["stray grants"] < at_least or time.monotonic() < until:
            missed = stray_grant(connection, matrix, rng)
            report.figures["stray grants"] += 1
            report.found("stray grants unnoticed", [missed] if missed else [])
    report.want(**{"stray grants": at_least})
