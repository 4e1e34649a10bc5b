"""What a sample of perf counts for. Not every machine lets perf run; its text is the same."""

from __future__ import annotations

from collections import Counter

import pytest
from bench.profile import LOADS, part_of, samples, table, tables

TEXT = """\
postgres
\t    7f12 __fdatasync+0x12 (inlined)
\t    55aa XLogFlush
\t    55ab CommitTransaction
\t    55ac PostgresMain

postgres
\t    1 stringToNode
\t    2 ExecConstraints
\t    3 plpgsql_call_handler

swapper
\t    ffff default_idle

python3
\t    9 PyEval_EvalFrame
"""


def test_samples_are_a_program_and_its_stack() -> None:
    found = list(samples(TEXT.splitlines()))
    assert [program for program, _ in found] == ["postgres", "postgres", "swapper", "python3"]
    assert found[1][1] == ["stringToNode", "ExecConstraints", "plpgsql_call_handler"]


@pytest.mark.parametrize(
    ("program", "stack", "part"),
    [
        ("swapper", [], "idle cores"),
        ("pgbench", ["PQexec"], "the clients"),
        ("kworker/0:1", [], "other programs"),
        # A row is asked about for a foreign key, while the row that refers to it is inserted.
        ("postgres", ["ExecLockRows", "RI_FKey_check_ins"], "foreign keys, row by row"),
        ("postgres", ["ExecConstraints"], "check constraints: compiled and tried"),
        (
            "postgres",
            ["exec_stmt_block", "plpgsql_call_handler", "PostgresMain"],
            "PL/pgSQL, and other work of statements",
        ),
        ("postgres", ["something_new"], "other work of the server"),
    ],
)
def test_a_sample_counts_for_the_first_part_that_fits(
    program: str, stack: list[str], part: str
) -> None:
    assert part_of(program, stack) == part


def test_the_table_is_in_percent_of_the_cores() -> None:
    parts = Counter(part_of(*sample) for sample in samples(TEXT.splitlines()))
    lines = table({"reserve": parts, "batch_hot": parts}).splitlines()
    assert lines[0].startswith(f"| where the time goes | {LOADS['reserve'][0]} | ")
    assert "| commit: the flush and releasing locks | 25.0 | 25.0 |" in lines
    assert "| idle cores | 25.0 | 25.0 |" in lines


def test_tables_are_no_wider_than_paper_and_leave_no_load_out() -> None:
    found = {load: Counter({"protocol": 1}) for load in LOADS}
    heads = [line for line in tables(found).splitlines() if line.startswith("| where")]
    assert [len(head.split("|")) - 3 for head in heads] == [7, len(LOADS) - 7]
    assert all(LOADS[load][0] in "".join(heads) for load in LOADS)
