"""What the database holds at the end: one snapshot, as files of the run's folder and in memory.

Ids are those of the history: a profile's index, a job's number. What has an id of somebody else
is kept under that id as text, which no call of the history is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import IsolationLevel

from fire.checker.calls import Ids

Key = int | str

_US = "(extract(epoch from {}) * 1000000)::bigint"
QUERIES = {
    "profiles": f"""
        select id, credits_remaining, addon_credits, overdraft_limit, seq,
               uncollected, {_US.format("period_start")}, closed_at is not null
          from credits.profiles order by id""",
    "ledger": f"""
        select profile_id, seq, {_US.format("ts")}, kind, job_id, monthly_delta, addon_delta,
               monthly_balance, addon_balance, reference,
               substring(reason from '^pack lapse: grant ([0-9]+) ')
          from credits.ledger order by profile_id, seq""",
    "jobs": f"""
        select id, profile_id, state, reserved_cost, settled_cost, monthly_deducted,
               addon_deducted, monthly_refunded, addon_refunded, raised, shortfall, reserve_seq,
               settle_seq, closing_seq, {_US.format("hold_expires_at")},
               {_US.format("hold_due_at")}, settled_late
          from credits.jobs""",
    "packs": f"""
        select profile_id, seq, amount, remaining, lapsed, {_US.format("granted_until")},
               {_US.format("expires_at")}, priority, kind
          from credits.packs order by profile_id, seq""",
    "draws": f"""
        select profile_id, job_id, draw, position, pack_seq, amount, returned,
               {_US.format("time_left")}
          from credits.pack_draws order by profile_id, job_id, draw, position""",
    "renewals": f"""
        select profile_id, seq, {_US.format("period_start")}, allowance, rollover_cap, unused,
               carried, owed
          from credits.renewals order by profile_id, seq""",
    "changes": f"""
        select profile_id, seq, {_US.format("period_start")}, previous_allowance, allowance, owed,
               collected
          from credits.allowance_changes order by profile_id, seq""",
    "revocations": f"""
        select profile_id, source_seq, revocation_id, requested, amount, collected, lapsed,
               newer_outstanding, opened_seq, seq, ended_at is not null, {_US.format("time_left")}
          from credits.revocations order by profile_id, source_seq, revocation_id""",
    "settings": "select closed_period_refund from credits.settings",
    "deadlocks": """
        select deadlocks from pg_catalog.pg_stat_database where datname = current_database()""",
    "findings": """
        select rule, profile_id, job_id, expected, found
          from credits.check_integrity() limit 1000""",
}


class Entry(NamedTuple):
    """A ledger row; ``ts`` in microseconds; ``pack``: the grant whose rest lapsed, as the reason
    says: of two that may have ended first, nothing else tells which it was."""

    seq: int
    ts: int
    kind: str
    job: Key | None
    monthly: int
    addon: int
    monthly_balance: int
    addon_balance: int
    reference: str | None
    pack: int | None = None


class JobRow(NamedTuple):
    state: str
    reserved_cost: int
    settled_cost: int | None
    monthly_deducted: int
    addon_deducted: int
    monthly_refunded: int
    addon_refunded: int
    raised: int
    shortfall: int
    reserve_seq: int
    settle_seq: int | None
    closing_seq: int | None
    hold_expires: int | None
    hold_due: int | None
    late: bool

    @property
    def first_cost(self) -> int:
        """What it was reserved for, before it was raised."""
        return self.reserved_cost - self.raised


class PackRow(NamedTuple):
    seq: int
    amount: int
    remaining: int
    lapsed: int
    granted_until: int
    expires: int
    priority: int
    kind: str


class DrawRow(NamedTuple):
    position: int
    pack: int
    amount: int
    returned: int
    time_left: int


class RenewalRow(NamedTuple):
    seq: int
    period: int
    allowance: int
    cap: int
    unused: int
    carried: int
    owed: int


class ChangeRow(NamedTuple):
    """Of the allowance of a month; ``collected``: by its revocations, or what they lost again."""

    seq: int
    period: int
    previous: int
    allowance: int
    owed: int
    collected: int


class RevocationRow(NamedTuple):
    source: int
    id: str
    requested: int | None
    amount: int
    collected: int
    lapsed: int
    newer: int
    opened: int | None
    seq: int
    ended: bool
    time_left: int | None


@dataclass
class ProfileBooks:
    """All that is stored of one profile."""

    index: Key
    monthly: int
    addon: int
    overdraft: int
    seq: int
    uncollected: int
    period: int | None
    closed: bool
    ledger: list[Entry] = field(default_factory=list)
    jobs: dict[Key, JobRow] = field(default_factory=dict)
    packs: dict[int, PackRow] = field(default_factory=dict)
    draws: dict[tuple[Key, int], list[DrawRow]] = field(default_factory=dict)
    renewals: dict[int, RenewalRow] = field(default_factory=dict)
    changes: dict[int, ChangeRow] = field(default_factory=dict)
    revocations: list[RevocationRow] = field(default_factory=list)


@dataclass
class Books:
    profiles: dict[Key, ProfileBooks]
    closed_period_refund: str = "restore"
    deadlocks: int = 0
    findings: list[list[str]] = field(default_factory=list)


def dump(url: str, folder: Path, *, integrity: bool = True) -> None:
    """Copies the tables into files of the folder, all of one snapshot.

    ``integrity``: whether to run ``check_integrity`` as well, which takes its time.
    """
    with psycopg.connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for name, query in QUERIES.items():
            with (folder / f"{name}.tsv").open("wb") as file:
                if name == "findings" and not integrity:
                    continue
                with connection.cursor().copy(f"copy ({query}) to stdout") as copy:
                    for block in copy:
                        file.write(block)


def load(folder: Path, ids: Ids) -> Books:
    """Reads the files again."""
    books = Books({})

    def key(text: str) -> Key:
        number = ids.number(text)
        return text if number is None else number

    for row in _rows(folder, "profiles"):
        index = key(row[0])
        books.profiles[index] = ProfileBooks(
            index, *map(int, row[1:6]), _number(row[6]), row[7] == "t"
        )
    for name, store in _STORES.items():
        profile_id, owner = "", None
        for row in _rows(folder, name):
            if row[0] != profile_id:  # rows of a profile lie together
                profile_id = row[0]
                owner = books.profiles[key(profile_id)]
            store(owner, row, key)
    for row in _rows(folder, "jobs"):
        books.profiles[key(row[1])].jobs[key(row[0])] = JobRow(
            row[2],
            int(row[3]),
            _number(row[4]),
            *map(int, row[5:12]),
            *map(_number, row[12:16]),
            row[16] == "t",
        )
    books.closed_period_refund = next(_rows(folder, "settings"))[0]
    books.deadlocks = int(next(_rows(folder, "deadlocks"))[0])
    books.findings = list(_rows(folder, "findings"))
    return books


def _rows(folder: Path, name: str) -> Any:
    # No text of ours has a tab, a line break or a backslash in it.
    with (folder / f"{name}.tsv").open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n").split("\t")


def _number(text: str) -> int | None:
    return None if text == "\\N" else int(text)


def _store_entry(owner: Any, row: list[str], key: Callable[[str], Key]) -> None:
    owner.ledger.append(
        Entry(
            int(row[1]),
            int(row[2]),
            row[3],
            None if row[4] == "\\N" else key(row[4]),
            int(row[5]),
            int(row[6]),
            int(row[7]),
            int(row[8]),
            None if row[9] == "\\N" else row[9],
            _number(row[10]),
        )
    )


def _store_pack(owner: Any, row: list[str], _key: Callable[[str], Key]) -> None:
    owner.packs[int(row[1])] = PackRow(*map(int, row[1:8]), row[8])


def _store_draw(owner: Any, row: list[str], key: Callable[[str], Key]) -> None:
    draw = DrawRow(*map(int, row[3:]))
    owner.draws.setdefault((key(row[1]), int(row[2])), []).append(draw)


def _store_renewal(owner: Any, row: list[str], _key: Callable[[str], Key]) -> None:
    owner.renewals[int(row[1])] = RenewalRow(*map(int, row[1:]))


def _store_change(owner: Any, row: list[str], _key: Callable[[str], Key]) -> None:
    owner.changes[int(row[1])] = ChangeRow(*map(int, row[1:]))


def _store_revocation(owner: Any, row: list[str], _key: Callable[[str], Key]) -> None:
    figures = (*map(int, row[4:8]), _number(row[8]), int(row[9]))
    owner.revocations.append(
        RevocationRow(
            int(row[1]), row[2], _number(row[3]), *figures, row[10] == "t", _number(row[11])
        )
    )


_STORES = {
    "ledger": _store_entry,
    "packs": _store_pack,
    "draws": _store_draw,
    "renewals": _store_renewal,
    "changes": _store_change,
    "revocations": _store_revocation,
}
