"""Reads a trace of LLM requests as a stream: never more than one line of the file in memory."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pgcredits._server.failures import CannotRunError

COLUMNS = ("TIMESTAMP", "ContextTokens", "GeneratedTokens")
_LONGEST_LINE = 65_536  # bytes
_LONGEST_NUMBER = 100  # digits: far above every amount, and quick to read


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the trace: its line in the file, and its tokens of both kinds."""

    line: int
    context: int
    generated: int


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that is not a request: its line in the file, and what is wrong with it."""

    line: int
    problem: str


class _ProblemError(Exception):
    """What is wrong with a row."""


class Trace:
    """An open trace file.

    ``size``: bytes, or None for a pipe; ``bytes_read``: how far the reading has come.
    Raises ``CannotRunError`` when the first line does not name the three columns, and ``OSError``.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size or None
        self.bytes_read = 0
        try:
            header = [name.strip() for name in _fields(self._next_line().removeprefix(_BOM))]
            self._width = len(header)
            self._context, self._generated = (header.index(name) for name in COLUMNS[1:])
            header.index(COLUMNS[0])
        except (_ProblemError, ValueError) as error:
            self._file.close()
            raise CannotRunError(
                f"{path} is not a trace: its first line must name the columns {', '.join(COLUMNS)}."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def rows(self) -> Iterator[Request | Malformed]:
        """The rows in order, malformed ones too. Line 1 is the header."""
        number = 1
        while True:
            number += 1
            try:
                line = self._next_line()
                if not line:
                    return
                yield self._request(number, line)
            except _ProblemError as problem:
                yield Malformed(number, str(problem))

    def _next_line(self) -> bytes:
        """A line with its end; empty at the end of the file."""
        line = self._file.readline(_LONGEST_LINE)
        self.bytes_read += len(line)
        if len(line) < _LONGEST_LINE or line.endswith(b"\n"):
            return line
        while (rest := self._file.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
            self.bytes_read += len(rest)
        self.bytes_read += len(rest)
        raise _ProblemError(f"longer than {_LONGEST_LINE:,} bytes")

    def _request(self, number: int, line: bytes) -> Request:
        fields = _fields(line)
        if len(fields) != self._width:
            raise _ProblemError(f"fields: {len(fields)} instead of {self._width}")
        context, generated = (
            _tokens(name, fields[position])
            for name, position in zip(COLUMNS[1:], (self._context, self._generated), strict=True)
        )
        return Request(number, context, generated)


_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()


def _fields(line: bytes) -> list[str]:
    try:
        text = line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _ProblemError(f"not UTF-8 at byte {error.start + 1}") from error
    if not text:
        raise _ProblemError("empty line")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error as error:
        raise _ProblemError(f"not CSV: {error}") from error


def _tokens(name: str, cell: str) -> int:
    cell = cell.strip()
    shown = repr(cell if len(cell) <= 40 else f"{cell[:40]}...")
    if re.fullmatch(r"-[0-9]+", cell):
        raise _ProblemError(f"{name} is negative: {shown}")
    if not re.fullmatch(r"[0-9]+", cell):
        raise _ProblemError(f"{name} is not a whole number: {shown}")
    if len(cell) > _LONGEST_NUMBER:
        raise _ProblemError(f"{name} is too large: {shown}")
    return int(cell)
