"""Bad inputs are answered as the table says, through every entry, and change nothing."""

from __future__ import annotations

import random
from dataclasses import replace
from inspect import signature
from string import ascii_lowercase

import pytest

from fire.bad_inputs import programme, table
from fire.bad_inputs.check import a_bench, differences, is_internal, try_case
from fire.bad_inputs.entries import Outcome, http_status
from fire.bad_inputs.moments import NUMBERS
from fire.bad_inputs.table import (
    ENTRIES,
    Expectation,
    TableError,
    raw,
    read_cases,
    read_file,
    read_statements,
    read_usual,
    write,
)
from fire.bad_inputs.world import NAMES, a_world
from fire.report import Report
from pgcredits import Credits, id_of, new_job_id, shard_of

# The numbers of the table that this one began with.
PROGRAMME = range(1, 97)


def test_every_case_is_answered_as_the_table_says_and_nothing_changes() -> None:
    report = Report("bad_inputs", random.randrange(2**32))  # noqa: S311
    with a_world() as server, a_bench(server.url()) as bench:
        programme.table(bench, report)
        programme.moments(bench, report, server.log_file)
        programme.generated(bench, report, until=0, at_least=150)
        # The other way round: what does not hold is noticed.
        case = next(case for case in read_cases(bench.version) if case.number == "5")
        accepted = replace(case, expected=dict.fromkeys(ENTRIES, Expectation(True, answer={})))
        for entry in ENTRIES:
            assert try_case(bench, accepted, entry)[1][0].startswith("wanted to be accepted")
        taken = next(case for case in read_usual() if case.function == "reserve_credits")
        refused = replace(taken, expected=dict.fromkeys(ENTRIES, Expectation(False, sqlstate="?")))
        wrong = try_case(bench, refused, "sql")[1]
        assert wrong[0].startswith("wanted ?")
        assert wrong[1:] == [f"rows of {t} have changed" for t in ("jobs", "ledger", "profiles")]
    assert not report.faults(), "\n".join([f"seed {report.seed}", *report.faults(), *report.notes])


def test_the_table_has_every_number_of_the_programme() -> None:
    listed = {case.number for case in read_cases(18)} | {one.number for one in read_statements()}
    numbers = {int(number.rstrip(ascii_lowercase)) for number in listed | NUMBERS}
    assert set(PROGRAMME) - numbers == set()


def test_no_number_is_used_twice() -> None:
    numbers = [case.number for case in read_cases(18)]
    assert len(set(numbers)) == len(numbers)


def test_every_function_is_called_and_every_parameter_is_poisoned() -> None:
    text = read_file()
    calls = {name: call for name, call in vars(Credits).items() if not name.startswith("_")}
    calls |= {"id_of": id_of, "new_job_id": new_job_id, "shard_of": shard_of}
    assert set(text["usual"]) == set(text["parameters"]) == set(calls)
    assert {case.function for case in read_cases(18)} == set(calls)
    for name, call in calls.items():
        parameters = set(signature(call).parameters) - {"self"}
        assert set(text["parameters"][name]) == parameters, name
        assert set(text["parameters"][name].values()) <= set(text["poisons"]), name


@pytest.mark.parametrize(
    ("parameter", "value", "sql", "python", "json"),
    [
        ("cost", 5, "5", "5", "5"),
        ("reference", "it's", "'it''s'", '"it\'s"', '"it\'s"'),
        ("meta", {"a": [1]}, "'{\"a\": [1]}'", "{'a': [1]}", '{"a": [1]}'),
        ("hold_for", "2 hours", "'2 hours'", "timedelta(hours=2)", '"2 hours"'),
        ("accept", ["x"], "array['x']::text[]", "['x']", '["x"]'),
        ("job_id", "$job", f"'{NAMES['job']}'", f"'{NAMES['job']}'", f'"{NAMES["job"]}"'),
    ],
)
def test_a_value_is_written_in_the_language_of_each_entry(
    parameter: str, value: object, sql: str, python: str, json: str
) -> None:
    assert [write(entry, parameter, value) for entry in ENTRIES] == [sql, python, json]
    assert raw("json", "='x' * 3") == "xxx"


def test_a_mistake_in_the_table_is_noticed() -> None:
    usual = {"get_balance": {}}
    with pytest.raises(TableError, match="what is colour"):
        table._case({"n": 1, "what": "x", "call": "get_balance", "colour": 1}, usual, 18)
    case = {"n": 1, "what": "x", "call": "get_balance", "expect": "no such thing at all"}
    with pytest.raises(TableError, match="no expectation"):
        table._case(case, usual, 18)


def test_an_outcome_that_is_not_the_expected_one_is_told() -> None:
    seen = Outcome(True, answer=[{"cost": 5, "more": 1}])
    assert differences(Expectation(True, answer={"cost": 5}), seen) == []
    assert differences(Expectation(True, answer={"cost": 6}), seen) == [".cost is 5, wanted 6"]
    assert differences(Expectation(True, answer=[]), seen)
    assert differences(Expectation(False, closed=True), Outcome(True, answer=[])) == []
    assert differences(Expectation(False, closed=True), seen)
    refused = Outcome(False, "PT400", "invalid_amount")
    assert differences(table._expectation("PT400 invalid_amount"), refused) == []
    assert differences(table._expectation("PT400 invalid_option"), refused)
    assert differences(table._expectation("before sending: PT400 invalid_amount"), refused)


def test_what_is_like_a_500_is_internal() -> None:
    assert is_internal(Outcome(False, "XX000"))
    assert is_internal(Outcome(False, "P0004"))
    assert is_internal(Outcome(False, "AttributeError", where="before sending"))
    assert not is_internal(Outcome(False, "22P02"))
    assert not is_internal(Outcome(False, "PT402", "insufficient_credits"))
    assert http_status(Outcome(False, "42501"), "anon") == 401
    assert http_status(Outcome(False, "PT402"), "anon") == 402
