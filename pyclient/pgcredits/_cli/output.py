"""How the command line prints: JSON for machines; plain sentences and tables for people.

Only ASCII of our own, and no meaning in colours: it reads the same in any terminal and in a file.
"""

from __future__ import annotations

import csv
import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pgcredits import GrantEntry, JobEntry, JobEvent, LedgerEntry, LimitEntry, ListedProfile
from pgcredits._report.markup import printable
from pgcredits._server.words import count
from pgcredits._signed import signed


def print_json(result: Any, *, indent: int | None = 2) -> None:
    """One JSON document; dataclasses become objects, UUIDs and timestamps strings.

    ``indent``: None puts it on one line, for a program that reads one document after the other.
    """
    print(json.dumps(result, indent=indent, default=_plain))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def say(sentence: str, facts: Mapping[str, object] | None = None) -> None:
    """A sentence, and below it one line for each fact. Never wrapped, so that ids stay whole."""
    print(sentence)
    for name, value in (facts or {}).items():
        print(f"  {name:<8} {printable(str(value))}")


def _console(*, stderr: bool = False) -> Console:
    """A console that prints text as it is: no markup, no guessing of colours."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False)


def show(what: RenderableType = "", *, indent: int = 0) -> None:
    """Prints text or a table to stdout, as wide as the terminal, without blanks at line ends."""
    out = _console()
    with out.capture() as captured:
        out.print(Padding(what, (0, 0, 0, indent)))
    for line in captured.get().splitlines():
        print(line.rstrip())


def show_line(line: str, *, indent: int) -> None:
    """A line of a list; what does not fit goes on below its own beginning."""
    begin = " " * (indent + len(line) - len(line.lstrip()))
    print(
        textwrap.fill(
            line.lstrip(),
            max(_console().width, len(begin) + 40),
            initial_indent=begin,
            subsequent_indent=f"{begin}  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def progress_bar() -> Progress:
    """A progress bar on stderr, if a person looks at it."""
    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=_console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def table(*columns: str, left: int = 1) -> Table:
    """An empty table: the first ``left`` columns hold words, the others figures."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, column in enumerate(columns):
        words = number < left
        made.add_column(column, justify="left" if words else "right", no_wrap=number < left - 1)
    return made


def buckets(monthly: int, addon: int) -> str:
    """Both buckets in words: '500 monthly + 1,500 addon'."""
    return f"{monthly:,} monthly + {addon:,} addon"


class _Answer(Protocol):
    """The result of a writing call."""

    @property
    def replayed(self) -> bool: ...


class _Change(Protocol):
    """The result of a writing call that can change the balance."""

    @property
    def previous_balance(self) -> int: ...

    @property
    def new_balance(self) -> int: ...


def replay_note(answer: _Answer) -> str:
    """What to add to the result of a call that was made before."""
    return " This call was made before, and changed nothing this time." if answer.replayed else ""


def change(answer: _Change) -> dict[str, object]:
    """The balances before and after a call, monthly + addon, as a fact."""
    return {"balance": f"{answer.previous_balance:,} -> {answer.new_balance:,}"}


SHOWN = 20  # lines of a list that nobody asked for in full


def print_first(lines: Sequence[str], rest: str = "--json lists all", *, most: int = SHOWN) -> None:
    """The first lines of a list, and how many more there are; ``rest``: how to see those."""
    for line in lines[:most]:
        print(line)
    if len(lines) > most:
        print(f"and {len(lines) - most:,} more: {rest}")


def when(time: datetime) -> str:
    """A moment for people, to the second."""
    return f"{_utc(time)} UTC"


def _utc(time: datetime) -> str:
    return time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat(" ")


def say_grant(grant: GrantEntry, facts: Mapping[str, object]) -> None:
    """A grant, and what is left of a pack. ``facts``: whose it is, or for what."""
    told = {**facts, "granted": when(grant.granted_at)}
    if grant.expires_at is not None:
        told["left"] = f"{grant.remaining:,} until {when(grant.expires_at)}"
    say(f"{count(grant.amount, 'addon credit')}, {grant.revoked:,} revoked, {grant.kind}.", told)


def ledger_lines(entries: Sequence[LedgerEntry], *, times: bool = True) -> list[str]:
    """Ledger rows: a line of figures each, and its reason on the line below."""
    rows = [["seq", "when (UTC)", "kind", "monthly", "balance", "addon", "balance"]]
    for entry in entries:
        rows.append(
            [
                f"{entry.seq:,}",
                _utc(entry.ts),
                entry.kind,
                signed(entry.monthly_delta),
                f"{entry.monthly_balance:,}",
                signed(entry.addon_delta),
                f"{entry.addon_balance:,}",
            ]
        )
    if not times:
        rows = [[seq, *rest] for seq, _, *rest in rows]
    return _lines_with_reasons(rows, [entry.reason for entry in entries])


def event_lines(events: Sequence[JobEvent]) -> list[str]:
    """A job's history: a line of figures each, and its reason on the line below."""
    rows = [["seq", "when (UTC)", "kind", "monthly", "addon", "job holds"]]
    for event in events:
        rows.append(
            [
                f"{event.seq:,}",
                _utc(event.ts),
                event.kind,
                signed(event.monthly_delta),
                signed(event.addon_delta),
                f"{event.outstanding:,}",
            ]
        )
    return _lines_with_reasons(rows, [event.reason for event in events])


def job_lines(jobs: Sequence[JobEntry]) -> list[str]:
    """Jobs: a line each, with what they hold or have cost of each bucket."""
    rows = [["job", "when (UTC)", "state", "cost", "monthly", "addon"]]
    for job in jobs:
        cost = job.reserved_cost if job.settled_cost is None else job.settled_cost
        rows.append(
            [
                str(job.job_id),
                _utc(job.created_at),
                job.state,
                f"{cost:,}",
                f"{job.monthly_deducted - job.monthly_refunded:,}",
                f"{job.addon_deducted - job.addon_refunded:,}",
            ]
        )
    return _lines(rows)


def figure_lines(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Rows of words, moments and figures below the names of their columns."""
    return _lines([list(columns), *([_cell(value) for value in row] for row in rows)])


def profile_lines(profiles: Sequence[ListedProfile]) -> list[str]:
    """Profiles: a line each, with what there is to spend of each bucket."""
    columns = ["profile", "changed (UTC)", "monthly", "addon", "available", "overdraft"]
    rows = [
        [
            each.profile_id,
            each.changed_at,
            each.credits_remaining,
            each.addon_credits,
            each.available,
            each.overdraft_limit,
            each.closed_at,
        ]
        for each in profiles
    ]
    return figure_lines([*columns, "closed (UTC)"], rows)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return _utc(value)
    return (
        f"{value:,}" if isinstance(value, int) else "-" if value is None else printable(f"{value}")
    )


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows for a spreadsheet, below the names of their columns."""
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows(
        [value.isoformat() if isinstance(value, datetime) else value for value in row]
        for row in rows
    )


def limit_lines(limits: Sequence[LimitEntry]) -> list[str]:
    """Limits: a line each, with what is spent and left, and when the window ends."""
    rows = [["spender", "window", "limit", "spent", "left", "resets (UTC)"]]
    for limit in limits:
        rows.append(
            [
                "(all)" if limit.spender is None else printable(limit.spender),
                limit.window_name,
                f"{limit.amount:,}",
                f"{limit.spent:,}",
                f"{limit.remaining:,}",
                "never" if limit.resets_at is None else _utc(limit.resets_at),
            ]
        )
    return _lines(rows)


def _lines(rows: list[list[str]]) -> list[str]:
    """Columns below their heads. Never wrapped or cut, so that ids stay whole."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    words = {
        *("when (UTC)", "kind", "state", "spender", "window", "resets (UTC)"),
        *("from (UTC)", "until (UTC)", "label", "day", "bucket"),
        *("changed (UTC)", "closed (UTC)"),
    }
    formats = [
        f"{{:<{width}}}" if name in words else f"{{:>{width}}}"
        for name, width in zip(rows[0], widths, strict=True)
    ]
    return ["  ".join(formats).format(*row).rstrip() for row in rows]


def _lines_with_reasons(rows: list[list[str]], reasons: list[str]) -> list[str]:
    """Columns below their heads, and below each row its reason."""
    figures = _lines(rows)
    indent = " " * (max(len(row[0]) for row in rows) + 2)
    lines = figures[:1]
    for line, reason in zip(figures[1:], reasons, strict=True):
        lines += [line, indent + printable(reason)]
    return lines
