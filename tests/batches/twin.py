"""A batch and its elements one after another, from the same state: what each answers and leaves.

Both happen in one transaction: the single calls first, then everything is rolled back to where they
began, and the batch is made with the same ids at the same time.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

CLOCK = """
create or replace function credits._now() returns timestamptz language sql volatile
as $$ select current_setting('batches.now')::timestamptz $$
"""
TABLES = (
    "profiles",
    "jobs",
    "ledger",
    "addon_grants",
    "packs",
    "pack_draws",
    "raises",
    "renewals",
    "revocations",
    "limits",
    "moves",
    "move_entries",
)

ELEMENTS = "credits._read_batch('a batch', %s::jsonb, %s::text[]) elements"


@dataclass(frozen=True)
class Kind:
    """A batch function: the single call of an element, what is passed to it even if null, and how
    many of the elements are made together, of which the rest of a query knows."""

    batch: str
    single: str
    answer: str
    together: str
    types: dict[str, str]
    required: tuple[str, ...]


KINDS = {
    "reserve": Kind(
        "reserve_credits_many(%s::jsonb)",
        "reserve_credits",
        "reservation",
        "case when credits._can_be_made_together(drafts, profiles)"
        " then cardinality(drafts) else 0 end",
        {
            "profile_id": "uuid",
            "job_id": "uuid",
            "cost": "bigint",
            "meta": "jsonb",
            "hold_for": "interval",
            "spender": "text",
        },
        ("profile_id", "job_id", "cost"),
    ),
    "settle": Kind(
        "settle_job_many(%s::jsonb)",
        "settle_job",
        "settlement",
        "(select count(*) from credits._plan_returns('settle', elements, profiles))",
        {"job_id": "uuid", "actual_cost": "bigint", "overage": "text", "profile_id": "uuid"},
        ("job_id",),
    ),
    "refund": Kind(
        "refund_job_many(%s::jsonb)",
        "refund_job",
        "refund",
        "(select count(*) from credits._plan_returns('refund', elements, profiles))",
        {
            "job_id": "uuid",
            "amount": "bigint",
            "refund_id": "text",
            "reason": "text",
            "profile_id": "uuid",
        },
        ("job_id",),
    ),
    "renew": Kind(
        "renew_monthly_many(%s::jsonb)",
        "renew_monthly",
        "renewal",
        "cardinality((credits._plan_renewals(elements, profiles)).entries)",
        {
            "profile_id": "uuid",
            "period_start": "timestamptz",
            "allowance": "bigint",
            "rollover_cap": "bigint",
        },
        ("profile_id", "period_start", "allowance"),
    ),
    "grant": Kind(
        "grant_addon_many(%s::jsonb)",
        "grant_addon",
        "granted",
        "cardinality((credits._plan_grants(elements, profiles,"
        " credits._references_are_exclusive())).entries)",
        {
            "profile_id": "uuid",
            "amount": "bigint",
            "reference": "text",
            "expires_at": "timestamptz",
            "kind": "text",
            "priority": "bigint",
            "reason": "text",
        },
        ("profile_id", "amount", "reference"),
    ),
}


class Twin:
    """A connection in a transaction, and the comparison. ``met``: what has happened in it."""

    def __init__(self, connection: psycopg.Connection, met: Counter[str]) -> None:
        self.connection = connection
        self.met = met

    def set_time(self, now: datetime) -> None:
        self.connection.execute("select set_config('batches.now', %s, false)", [now.isoformat()])

    def run(self, statement: str, values: list[Any] | None = None) -> dict[str, Any]:
        """One call: its answer, or its refusal as a batch would give it."""
        try:
            with self.connection.transaction():
                row = self.connection.execute(statement, values or []).fetchone()
        except psycopg.Error as error:
            if not str(error.sqlstate).startswith("PT"):
                raise
            return {
                "error": {
                    "code": error.sqlstate,
                    "message": error.diag.message_primary,
                    "details": json.loads(error.diag.message_detail or ""),
                    "hint": error.diag.message_hint,
                }
            }
        assert row is not None
        return {"answer": row[0]}

    def one(self, kind: str, element: dict[str, Any]) -> dict[str, Any]:
        """One element through the single call: what is null is left out where it may be."""
        how = KINDS[kind]
        names = [
            name for name in how.types if name in how.required or element.get(name) is not None
        ]
        given = ", ".join(f"{name} => %s::{how.types[name]}" for name in names)
        values = [
            json.dumps(element[name])
            if how.types[name] == "jsonb" and element.get(name) is not None
            else element.get(name)
            for name in names
        ]
        return self.run(f"select to_jsonb(r) from credits.{how.single}({given}) r", values)

    def many(self, kind: str, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The whole batch; its answers in the same form, after a look at their frame."""
        how = KINDS[kind]
        rows = self.connection.execute(
            f"select position, to_jsonb({how.answer}), error from credits.{how.batch}",
            [json.dumps(batch)],
        ).fetchall()
        assert [row[0] for row in rows] == list(range(1, len(batch) + 1))
        assert all((answer is None) != (error is None) for _, answer, error in rows)
        return [
            {"answer": answer} if error is None else {"error": error} for _, answer, error in rows
        ]

    def compare(self, kind: str, batch: list[dict[str, Any]]) -> None:
        """Fails unless the batch is like its elements one after another; then it has happened."""
        together = self.together(kind, batch)
        share = "all" if together == len(batch) else "some" if together else "none"
        self.met[f"{kind}: {share} at once"] += 1

        singles: list[dict[str, Any]] = []
        with self.connection.transaction(force_rollback=True):
            self.lock(kind, batch)  # brings profiles up to date, also for what is refused
            singles += [self.one(kind, element) for element in batch]
            self.bring_up_to_date()
            after_singles = self.state()
        answers = self.many(kind, batch)
        told = f"{kind} {json.dumps(batch)}"
        assert answers == singles, told
        with self.connection.transaction(force_rollback=True):
            self.bring_up_to_date()
            assert self.state() == after_singles, told
        done = sum("answer" in each and not each["answer"]["replayed"] for each in answers)
        self.met[f"{kind}: planned"] += done > together
        for answer in answers:
            if "error" in answer:
                self.met[f"{kind}: {answer['error']['message']}"] += 1
            else:
                self.met[f"{kind}: {'replayed' if answer['answer']['replayed'] else 'done'}"] += 1

    def together(self, kind: str, batch: list[dict[str, Any]]) -> int:
        """How many elements of a batch are made together, once its profiles are up to date."""
        with self.connection.transaction(force_rollback=True):
            self.lock(kind, batch)
            row = self.connection.execute(
                f"select {KINDS[kind].together} from {ELEMENTS},"
                " credits._draft_reservations(elements) drafts,"
                " (select array(select p from credits.profiles p order by p.id)) locked (profiles)",
                [json.dumps(batch), list(KINDS[kind].types)],
            ).fetchone()
        assert row is not None
        return int(row[0])

    def lock(self, kind: str, batch: list[dict[str, Any]]) -> None:
        """What a batch does first."""
        self.connection.execute(
            f"select credits._lock_profiles(%s, elements) from {ELEMENTS}",
            [kind, json.dumps(batch), list(KINDS[kind].types)],
        )

    def bring_up_to_date(self) -> None:
        """A batch works off what is overdue of its profiles, also for elements that it refuses;
        a single call that is refused leaves that to the next one."""
        self.connection.execute("select count(credits.get_balance(p.id)) from credits.profiles p")

    def state(self) -> dict[str, Any]:
        """Every row of every table."""
        rows = ", ".join(
            f"'{table}', "
            f"(select jsonb_agg(to_jsonb(t) order by to_jsonb(t)) from credits.{table} t)"
            for table in TABLES
        )
        row = self.connection.execute(f"select jsonb_build_object({rows})").fetchone()
        assert row is not None
        return dict(row[0])

    def findings(self) -> list[Any]:
        # What comes back may lift a balance above this: of all rules the only one that may break.
        query = (
            "select f::text from credits.check_integrity() f"
            " where f.rule <> 'balance within the range that JSON keeps exactly'"
        )
        return self.connection.execute(query).fetchall()
