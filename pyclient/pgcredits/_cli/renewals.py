"""Begins the month of many profiles: rows of a file or of a query, a page of them at a time."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import asyncpg
import typer

from pgcredits import Credits, CreditsError, LockTimeout, OutcomeUnknown, StatementCancelled
from pgcredits._cli.common import moment
from pgcredits._cli.output import print_first, print_json, progress_bar
from pgcredits._report.markup import printable
from pgcredits._server.calls import client_on
from pgcredits._server.database import Connection, check_schema, connected
from pgcredits._server.failures import CannotRunError

PAGE = 200  # renewals of a transaction: customers wait for one no longer than they notice
_ROUNDS = 3  # how often the profiles that are still locked at the end are tried again
_NEEDED = ("profile_id", "period_start", "allowance")
_COLUMNS = (*_NEEDED, "rollover_cap")
_MISTAKES = 10  # of so many the first ones are told
# Nothing happened, and the same call may succeed in a moment.
_PASSING = (
    LockTimeout,
    StatementCancelled,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,  # by a statement_timeout that is shorter than the wait for a lock
    asyncpg.TransactionRollbackError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A renewal that is asked for, and which line or row asks for it."""

    number: int
    profile_id: UUID
    period_start: datetime
    allowance: int
    rollover_cap: int

    def element(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _COLUMNS}


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not renewed, and why."""

    row: Row
    error: str
    sqlstate: str
    detail: Mapping[str, Any]
    hint: str


@dataclass(slots=True)
class Report:
    """What became of the rows. ``unit``: what their numbers count, lines or rows."""

    unit: str
    rows: int
    renewed: int = 0
    already_there: int = 0
    refused: list[Refused] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return self.renewed + self.already_there + len(self.refused)


class Renewing:
    """Makes the renewals of rows, ``PAGE`` in a transaction, over one connection.

    A page that meets a locked profile is made row by row, and who is still locked waits until the
    end: so nobody waits for somebody else's profile. What was done stays, and is a replay in the
    next run. ``tell``: called with the number of rows that are done.
    """

    def __init__(self, client: Credits, report: Report, tell: Callable[[int], None]) -> None:
        self._client = client
        self._report = report
        self._tell = tell

    async def run(self, rows: list[Row]) -> None:
        """Raises errors of asyncpg: the report then says how far it came."""
        later: list[Refused] = []
        for first in range(0, len(rows), PAGE):
            for each in await self._left(rows[first : first + PAGE]):
                later += await self._left([each.row])
        for _ in range(_ROUNDS):
            later = [left for each in later for left in await self._left([each.row])]
        self._report.refused += later
        self._tell(self._report.done)

    async def _left(self, page: list[Row]) -> list[Refused]:
        """Makes them. Those that are to be made again: nothing has happened, or it is unknown."""
        try:
            answers = await self._client.renew_monthly_many([row.element() for row in page])
        except _PASSING:
            hint = "Another transaction kept the profile locked. Run the same command again."
            return [Refused(row, "lock_timeout", "55P03", {}, hint) for row in page]
        left = []
        for row, answer in zip(page, answers, strict=True):
            if isinstance(answer, OutcomeUnknown):
                hint = "The shard was not reached, or was lost. Run the same command again."
                left.append(Refused(row, "outcome_unknown", "08006", {}, hint))
            elif isinstance(answer, CreditsError):
                refused = Refused(row, answer.token, answer.sqlstate, answer.detail, answer.hint)
                (left if isinstance(answer, _PASSING) else self._report.refused).append(refused)
            elif answer.replayed:
                self._report.already_there += 1
            else:
                self._report.renewed += 1
        self._tell(self._report.done)
        return left


async def renew_rows(url: str, rows: list[Row], unit: str, rejects: Path | None) -> Report:
    """Renews them with a progress bar, and writes the refused ones to a file if there is one."""
    report = Report(unit, len(rows))
    begin = time.monotonic()
    with ExitStack() as stack:
        # Opened first: a file that cannot be written is known before anything is renewed.
        file = (
            stack.enter_context(rejects.open("w", newline="", encoding="utf-8"))
            if rejects
            else None
        )
        try:
            async with connected(url) as connection:
                await check_schema(connection)
                progress = stack.enter_context(progress_bar())
                bar = progress.add_task("renewing", total=len(rows))
                await Renewing(
                    client_on(connection),
                    report,
                    lambda done: progress.update(bar, completed=done),
                ).run(rows)
        except BaseException:
            if report.done:
                print(
                    f"Stopped after {report.done:,} of {len(rows):,} rows. Run the same command "
                    "again: it goes on where it stopped.",
                    file=sys.stderr,
                )
            raise
        finally:
            report.refused.sort(key=lambda refused: refused.row.number)
            report.seconds = round(time.monotonic() - begin, 3)
            if file:
                _write_rejects(file, report.refused)
    return report


def _write_rejects(file: TextIO, refused: list[Refused]) -> None:
    """As a file that ``--from`` takes again, which leaves the last column out."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_COLUMNS, "error"])
    for each in refused:
        given = each.row.element() | {"period_start": each.row.period_start.isoformat()}
        writer.writerow([*(given[name] for name in _COLUMNS), each.error])


def tell_report(report: Report, rejects: Path | None, *, as_json: bool) -> None:
    """Prints a report. Raises ``typer.Exit`` when a row was refused."""
    if as_json:
        print_json(
            {
                "rows": report.rows,
                "renewed": report.renewed,
                "already_there": report.already_there,
                "refused": [
                    {report.unit: each.row.number, **each.row.element()}
                    | {name: value for name, value in asdict(each).items() if name != "row"}
                    for each in report.refused
                ],
                "seconds": report.seconds,
            }
        )
    elif not report.rows:
        print("No rows: nothing to renew.")
    else:
        lines = [
            printable(
                f"Refused: {report.unit} {each.row.number}: profile {each.row.profile_id}: "
                f"{each.error}. {each.hint}"
            )
            for each in report.refused
        ]
        if not rejects:
            print_first(lines, "--json or --rejects FILE lists all")
        print(
            f"Renewed: {report.renewed:,}. Already there: {report.already_there:,}. "
            f"Refused: {len(report.refused):,}. It took {report.seconds:,.1f} seconds."
        )
        if rejects and report.refused:
            print(f"The refused rows are in {rejects}: pgcredits renew --from {rejects}")
    if report.refused:
        raise typer.Exit(1)


def rows_of_file(path: Path, rollover_cap: int) -> list[Row]:
    """The rows of a CSV file, all of them checked; ``-`` is the standard input.

    ``rollover_cap``: that of rows that say none. Raises ``CannotRunError`` with the lines that are
    wrong, and OSError.
    """
    with ExitStack() as stack:
        name = "stdin" if str(path) == "-" else str(path)
        given = sys.stdin.buffer if name == "stdin" else stack.enter_context(path.open("rb"))
        lines = csv.reader(_decoded(given, name), strict=True)
        try:
            names = [each.strip() for each in next(lines, [])]
            _check_columns(names, name)
            return _checked(_records(lines, names), "line", name, rollover_cap)
        except csv.Error as error:
            raise CannotRunError(f"{name}: line {lines.line_num}: {error}.") from error


def _decoded(lines: Iterable[bytes], name: str) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise CannotRunError(
                f"{name}: line {number} is not UTF-8: save the file as CSV in UTF-8."
            ) from error
        yield text.replace("\0", "\ufffd")  # which the csv module would not tell apart


def _records(lines: Any, names: list[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
    """Each line with its values, or with what is wrong with it."""
    for values in lines:
        if not values:
            continue
        if len(values) != len(names):
            yield lines.line_num, f"{len(values)} values for {len(names)} columns"
        else:
            yield (
                lines.line_num,
                {name: value.strip() or None for name, value in zip(names, values, strict=True)},
            )


async def rows_of_query(url: str, query: str, rollover_cap: int) -> list[Row]:
    """The rows of a query, all of them checked, in a transaction that only reads and has ended
    before anything is written. Raises ``CannotRunError`` and errors of asyncpg."""
    records: list[tuple[int, dict[str, Any] | str]] = []
    async with (
        connected(url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        names = await _names_of(connection, query)
        _check_columns(names, "the query")
        async for record in connection.cursor(query, prefetch=1_000):
            records.append((len(records) + 1, dict(record)))
    return _checked(records, "row", "the query", rollover_cap)


async def _names_of(connection: Connection, query: str) -> list[str]:
    statement = await connection.prepare(query)
    return [attribute.name for attribute in statement.get_attributes()]


def _check_columns(names: list[str], where: str) -> None:
    """Raises ``CannotRunError`` unless these are the columns of renewals."""
    wanted = f"the columns are {', '.join(_NEEDED)} and, if you like, rollover_cap"
    if not any(names):
        raise CannotRunError(f"{where}: it is empty: {wanted}, named in the first line.")
    for needed in _NEEDED:
        if needed not in names:
            comma = " They are separated by commas." if len(names) == 1 else ""
            raise CannotRunError(f"{where}: there is no column {needed}: {wanted}.{comma}")
    for place, each in enumerate(names):
        if each in names[:place]:
            raise CannotRunError(f"{where}: the column {printable(each)} is there twice.")
        if each not in (*_COLUMNS, "error"):  # which a file of refused rows has
            raise CannotRunError(f"{where}: unknown column {printable(each)!r}: {wanted}.")


def _checked(
    records: Iterable[tuple[int, dict[str, Any] | str]], unit: str, where: str, rollover_cap: int
) -> list[Row]:
    """The rows, unless one of them is wrong. Each profile once: a second period of it would depend
    on which of the two is renewed first."""
    rows: list[Row] = []
    mistakes: list[str] = []
    seen: dict[UUID, int] = {}
    for number, record in records:
        try:
            row = _row(number, record, rollover_cap)
            if (first := seen.setdefault(row.profile_id, number)) != number:
                raise ValueError(
                    f"profile {row.profile_id} is there twice: see {unit} {first}. "
                    "Give each profile once"
                )
            rows.append(row)
        except ValueError as error:
            mistakes.append(f"{where}: {unit} {number}: {printable(str(error))}.")
    if mistakes:
        more = len(mistakes) - _MISTAKES
        raise CannotRunError(
            "\n".join(
                [
                    *mistakes[:_MISTAKES],
                    *([f"And {more:,} more."] if more > 0 else []),
                    "Nothing was renewed.",
                ]
            )
        )
    return rows


def _row(number: int, record: dict[str, Any] | str, rollover_cap: int) -> Row:
    """Raises ValueError with what is wrong."""
    if isinstance(record, str):
        raise ValueError(record)
    cap = record.get("rollover_cap")
    return Row(
        number,
        _profile_id(record["profile_id"]),
        _period_start(record["period_start"]),
        _amount("allowance", record["allowance"]),
        rollover_cap if cap is None else _amount("rollover_cap", cap),
    )


def _profile_id(value: Any) -> UUID:
    if isinstance(value, UUID):
        return UUID(int=value.int)  # asyncpg has a class of its own
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"profile_id: write a UUID: {_shown(value)}") from error


def _period_start(value: Any) -> datetime:
    try:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
        if isinstance(value, str):
            return moment(value)
    except (typer.BadParameter, OverflowError):
        pass
    zone = "; in a query, a timestamptz" if not isinstance(value, str | None) else ""
    raise ValueError(
        "period_start: write a time with its time zone, such as 2026-03-01T00:00:00Z, "
        f"or a day of UTC{zone}: {_shown(value)}"
    )


def _amount(name: str, value: Any) -> int:
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        value = int(value)
    text = str(value) if type(value) in {int, str} else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise ValueError(f"{name}: write a whole number of 0 or more: {_shown(value)}")
    return int(text)


def _shown(value: Any) -> str:
    return "there is nothing" if value is None else f"not {str(value)[:100]!r}"
