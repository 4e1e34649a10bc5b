"""Looks for what was acknowledged last, right after a fault: the whole check comes at the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from fire.checker.plan import Plan
from fire.checker.workload import Run

# Of each client's file: some hundred calls.
_TAIL_BYTES = 150_000
_ABSENT = """
select w.profile_id, w.seq, w.kind, w.job_id, w.reference
  from unnest(%s::uuid[], %s::bigint[], %s::text[], %s::uuid[], %s::text[])
       as w (profile_id, seq, kind, job_id, reference)
 where not exists (
   select from credits.ledger l
    where l.profile_id = w.profile_id and l.seq = w.seq and l.kind = w.kind
      and (l.job_id = w.job_id or l.reference = w.reference))
"""
# A row that must be there: profile, seq, kind, and the job or the reference it is about.
_Row = tuple[UUID, int, str, UUID | None, str | None]


class Witness:
    def __init__(self, run: Run) -> None:
        self._run = run

    def look(self, connection: psycopg.Connection[Any]) -> tuple[int, list[str]]:
        """How many acknowledged calls were looked for, and those whose row is not there."""
        rows: list[_Row] = []
        for process in self._run.processes:
            path = self._run.folder / f"history-{process}.jsonl"
            if path.exists():
                rows += acknowledged(_tail(path), self._run.plan)
        if not rows:
            return 0, []
        columns = [list(column) for column in zip(*rows, strict=True)]
        absent = connection.execute(_ABSENT, columns).fetchall()
        return len(rows), [f"{kind} {job or key}, row {seq}" for _, seq, kind, job, key in absent]


def _tail(path: Path) -> list[list[Any]]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        whole = file.read()
    # The first line is the header or was cut, the last one may be half written.
    lines = whole[: whole.rfind(b"\n") + 1].splitlines()[1:]
    parsed: list[list[Any]] = json.loads(b"[" + b",".join(lines) + b"]")
    return parsed


def acknowledged(lines: list[list[Any]], plan: Plan) -> list[_Row]:
    """The rows that calls were answered with, of the kinds of call that always write one."""
    asked = {line[1]: line for line in lines if line[0] == 1}
    ids = plan.ids
    rows: list[_Row] = []
    for line in lines:
        if line[0] != 0 or line[4] != "ok" or line[1] not in asked:
            continue
        method, profile, args = asked[line[1]][5:8]
        if method == "reserve" and args[1] > 0:
            rows.append((ids.profile(profile), line[5][-2], "reserve", ids.job(args[0]), None))
        elif method == "part":
            rows.append((ids.profile(profile), line[5][-2], "refund", None, f"p{args[2]}"))
        elif method == "grant":
            rows.append((ids.profile(profile), line[5][-2], "grant", None, f"g{args[0]}"))
    return rows
