"""Every example runs and prints what is committed beside it.

PGCREDITS_WRITE_EXAMPLES=1 writes the outputs anew instead of comparing them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from document_tools import EXAMPLES, run_python, run_sql

import generate_reference

ALONE = sorted([*EXAMPLES.glob("*.sql"), *EXAMPLES.glob("*.py")])
FUNCTIONS = [function.name for function in generate_reference.functions()]


def expect(example: Path, output: str) -> None:
    expected = example.with_name(f"{example.name}.out")
    if os.environ.get("PGCREDITS_WRITE_EXAMPLES"):
        expected.write_text(output, "utf-8")
    assert output == expected.read_text("utf-8")


@pytest.mark.parametrize("example", ALONE, ids=lambda example: example.name)
def test_an_example_prints_what_is_committed(example: Path, db_url: str, psql: str) -> None:
    source = example.read_text("utf-8")
    expect(
        example,
        run_sql(psql, db_url, source) if example.suffix == ".sql" else run_python(db_url, source),
    )


def test_the_examples_of_the_reference_follow_each_other(db_url: str, psql: str) -> None:
    for name in FUNCTIONS:
        example = EXAMPLES / "functions" / f"{name}.sql"
        expect(example, run_sql(psql, db_url, example.read_text("utf-8")))


def test_every_public_function_has_an_example_and_nothing_else_has_one() -> None:
    assert sorted(file.stem for file in (EXAMPLES / "functions").glob("*.sql")) == sorted(FUNCTIONS)


def test_no_output_lies_beside_a_missing_example() -> None:
    assert [out for out in EXAMPLES.rglob("*.out") if not out.with_suffix("").exists()] == []
