"""Reading a trace: every row is a request or named by its line, one line at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgcredits._server.failures import CannotRunError
from pgcredits._showcase.trace import Malformed, Request, Trace

HEADER = b"TIMESTAMP,ContextTokens,GeneratedTokens\n"
TIME = b"2023-11-16 18:17:03.9799600"


def rows(folder: Path, content: bytes) -> list[Request | Malformed]:
    file = folder / "trace.csv"
    file.write_bytes(content)
    with Trace(file) as trace:
        found = list(trace.rows())
        assert trace.bytes_read == trace.size == len(content)
    return found


def test_a_request_has_tokens_of_both_kinds(tmp_path: Path) -> None:
    content = HEADER + TIME + b",4808,10\n" + TIME + b",3180,8\n"
    assert rows(tmp_path, content) == [Request(2, 4808, 10), Request(3, 3180, 8)]


@pytest.mark.parametrize(
    "content",
    [
        HEADER.replace(b"\n", b"\r\n") + TIME + b",1,2\r\n",
        b"\xef\xbb\xbf" + HEADER + TIME + b",1,2",
        b"GeneratedTokens, ContextTokens ,TIMESTAMP\n2,1,t\n",
        b"id,TIMESTAMP,ContextTokens,GeneratedTokens\n9,t,1,2\n",
        b'TIMESTAMP,"ContextTokens",GeneratedTokens\n"a,b", 1 ,"2"\n',
        HEADER + b",1,2\n",
    ],
    ids=["crlf", "byte order mark", "other order", "more columns", "quoted", "no time"],
)
def test_common_shapes_of_the_file_are_read(tmp_path: Path, content: bytes) -> None:
    assert rows(tmp_path, content) == [Request(2, 1, 2)]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (b"", "empty line"),
        (b"t,1", "fields: 2 instead of 3"),
        (b"t,1,2,3", "fields: 4 instead of 3"),
        (b"   ", "fields: 1 instead of 3"),
        (b"t,x,2", "ContextTokens is not a whole number: 'x'"),
        (b"t,1,", "GeneratedTokens is not a whole number: ''"),
        (b"t,1.5,2", "ContextTokens is not a whole number: '1.5'"),
        (b"t,1e3,2", "ContextTokens is not a whole number: '1e3'"),
        (b"t,1_000,2", "ContextTokens is not a whole number: '1_000'"),
        (b"t,+1,2", "ContextTokens is not a whole number: '+1'"),
        ("t,\u0661,2".encode(), "ContextTokens is not a whole number: '\u0661'"),
        (b"t,1,-2", "GeneratedTokens is negative: '-2'"),
        (b"t,1," + b"9" * 101, f"GeneratedTokens is too large: '{'9' * 40}...'"),
        (b"t,1\xff,2", "not UTF-8 at byte 4"),
        (b't,"1,2', "not CSV: unexpected end of data"),
        (b"t,1,2\rt,1,2", "not CSV: "),
        (b"t," + b"1" * 70_000, "longer than 65,536 bytes"),
    ],
)
def test_a_malformed_row_is_named_and_the_next_one_is_read(
    tmp_path: Path, row: bytes, problem: str
) -> None:
    first, malformed, last = rows(tmp_path, HEADER + b"t,1,2\n" + row + b"\nt,3,4\n")
    assert (first, last) == (Request(2, 1, 2), Request(4, 3, 4))
    assert isinstance(malformed, Malformed)
    assert malformed.line == 3
    assert malformed.problem.startswith(problem)


def test_the_end_of_the_last_line_is_no_empty_line(tmp_path: Path) -> None:
    assert rows(tmp_path, HEADER) == []
    assert rows(tmp_path, HEADER + b"t,1,2\n\n") == [Request(2, 1, 2), Malformed(3, "empty line")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"\xff\xfe",
        b"time,context,generated\n",
        b"TIMESTAMP,ContextTokens\n",
        b"ContextTokens,GeneratedTokens\n",
        TIME + b",1,2\n",
        b"x" * 1_000_000,
    ],
    ids=range(8),
)
def test_a_file_without_the_columns_is_no_trace(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "trace.csv"
    file.write_bytes(content)
    with pytest.raises(CannotRunError, match="is not a trace: its first line must name"):
        Trace(file)


def test_rows_are_there_before_the_file_has_ended(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)  # with both ends here, opening does not wait
    try:
        os.write(writer, HEADER + b"t,1,2\n")
        with Trace(pipe) as trace:
            assert trace.size is None
            found = trace.rows()
            assert next(found) == Request(2, 1, 2)
            os.write(writer, b"t,3,4\n")
            assert next(found) == Request(3, 3, 4)
    finally:
        os.close(writer)
