"""The matrix is what the catalogue says and what an attempt meets, in every state of a database."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from fire.privileges import hijacks, programme
from fire.privileges.matrix import FILE, MatrixError, Object, read_matrix
from fire.privileges.states import a_server, fresh
from fire.report import Report
from pgcredits._server.local_server import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server of its own: roles belong to a whole server."""
    with a_server() as server:
        yield server


@pytest.fixture
def report() -> Report:
    return Report("privileges", random.randrange(2**32))  # noqa: S311


def test_the_matrix_holds_in_every_state(server: LocalServer, report: Report) -> None:
    programme.in_every_state(server, report, thorough=False)
    assert not report.faults(), "\n".join([*report.faults(), *report.notes])


def test_attacks_fail_and_what_breaks_a_rule_is_noticed(
    server: LocalServer, report: Report
) -> None:
    url = fresh(server)
    programme.attacks(url, report)
    programme.broken_rules(url, report)
    programme.stray_grants(url, report, until=0, at_least=10)
    assert not report.faults(), "\n".join([f"seed {report.seed}", *report.faults(), *report.notes])


def test_the_matrix_names_nothing_that_is_not_there() -> None:
    matrix = read_matrix()
    with pytest.raises(MatrixError, match="there is no"):
        matrix.allowed([Object("schema", "credits", 0)])
    matrix.may = {"anon": {"schema": ["DANCE"]}}
    with pytest.raises(MatrixError, match="no such action on a schema: DANCE"):
        matrix.allowed([Object("schema", "credits", 0)])


def test_no_attack_is_listed_twice() -> None:
    for group, listed in hijacks.statements()["refused"].items():
        assert len(set(listed)) == len(listed), group
    assert FILE.exists()


def test_a_run_that_found_something_or_too_little_is_not_good() -> None:
    report = Report("privileges", 1)
    report.want(cells=2)
    report.figures["cells"] = 2
    report.found("leaks", [])
    assert report.finish(None) == 0
    report.found("leaks", ["a row"])
    report.figures["cells"] = 1
    assert report.faults() == ["must be zero: leaks is 1", "unproductive: cells is 1, wanted 2"]
    assert report.finish(None) == 1
