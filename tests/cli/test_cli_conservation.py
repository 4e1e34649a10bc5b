"""The conservation check finds every kind of damage to a statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from pgcredits import Balance, Credits, LedgerEntry
from pgcredits._showcase.conservation import StatementCheck, Tally, check_profile

PROFILE = UUID("11111111-2222-3333-4444-555555555555")


def entry(seq: int, kind: str, monthly: tuple[int, int], addon: tuple[int, int]) -> LedgerEntry:
    """A row with the delta and the balance of each bucket."""
    return LedgerEntry(
        profile_id=PROFILE,
        seq=seq,
        ts=datetime(2026, 1, 1, tzinfo=UTC),
        kind=kind,
        job_id=None,
        monthly_delta=monthly[0],
        addon_delta=addon[0],
        monthly_balance=monthly[1],
        addon_balance=addon[1],
        reason="",
        reference=None,
        actor=None,
    )


# Newest first, as a statement is.
STATEMENT = [
    entry(3, "refund", (500, 500), (1500, 5000)),
    entry(2, "reserve", (-500, 0), (-1500, 3500)),
    entry(1, "open", (500, 500), (5000, 5000)),
]
BALANCE = Balance(
    profile_id=PROFILE,
    credits_remaining=500,
    addon_credits=5000,
    available=5500,
    held=0,
    posted=5500,
    seq=3,
    replayed=False,
)


def answered() -> Tally:
    tally = Tally()
    tally.add("open", 500, 5000)
    tally.add("reserve", -500, -1500)
    tally.add("refund", 500, 1500)
    return tally


def differences(
    statement: list[LedgerEntry], balance: Balance = BALANCE, told: Tally | None = None
) -> list[str]:
    check = StatementCheck(balance)
    for row in statement:
        check.add(row)
    check.finish(answered() if told is None else told)
    assert check.rows == len(statement)
    return check.differences


def test_a_whole_statement_adds_up() -> None:
    assert differences(STATEMENT) == []


@pytest.mark.parametrize(
    ("row", "damage", "difference"),
    [
        (0, {"monthly_balance": 501}, "row 3: monthly balance is 501, should be 500"),
        (0, {"addon_balance": 4999}, "row 3: addon balance is 4,999, should be 5,000"),
        (0, {"seq": 4}, "row 4: seq is 4, should be 3"),
        (1, {"monthly_balance": 1}, "row 2: monthly balance is 1, should be 0"),
        (1, {"addon_balance": 3501}, "row 2: addon balance is 3,501, should be 3,500"),
        (1, {"addon_delta": -1499}, "row 1: addon balance is 5,000, should be 4,999"),
        (1, {"kind": "lapse"}, "reserve adds up to 0 monthly 0 addon in the ledger"),
        (2, {"monthly_delta": 499}, "monthly balance before the first row is 1, should be 0"),
        (2, {"addon_delta": 5001}, "addon balance before the first row is -1, should be 0"),
        (2, {"seq": 2}, "row 2: seq is 2, should be 1"),
    ],
)
def test_a_changed_row_is_found(row: int, damage: dict[str, object], difference: str) -> None:
    statement = list(STATEMENT)
    statement[row] = replace(statement[row], **damage)
    assert any(difference in found for found in differences(statement))


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_missing_row_is_found(row: int) -> None:
    assert differences(STATEMENT[:row] + STATEMENT[row + 1 :])


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_row_that_is_there_twice_is_found(row: int) -> None:
    assert differences(STATEMENT[: row + 1] + STATEMENT[row:])


def test_an_empty_statement_is_found() -> None:
    assert differences([])


@pytest.mark.parametrize("damage", [{"credits_remaining": 499}, {"addon_credits": 1}, {"seq": 4}])
def test_a_balance_that_is_not_the_newest_rows_is_found(damage: dict[str, int]) -> None:
    assert differences(STATEMENT, replace(BALANCE, **damage))


@pytest.mark.parametrize(
    "lie",
    [
        lambda tally: tally.add("reserve", -1, 0),
        lambda tally: tally.add("refund", 0, 1),
        lambda tally: tally.add("grant", 0, 1),
        lambda tally: tally.pop("refund"),
    ],
)
def test_sums_that_are_not_the_answers_are_found(lie: Callable[[Tally], object]) -> None:
    told = answered()
    lie(told)
    (difference,) = differences(STATEMENT, told=told)
    assert str(PROFILE) in difference


async def test_a_long_statement_is_walked_to_its_first_row(credits_client: Credits) -> None:
    profile_id, told = uuid4(), Tally()
    await credits_client.open_profile(profile_id, addon_credits=5000)
    told.add("open", 0, 5000)
    for _ in range(1100):  # more than a page
        await credits_client.reserve_credits(profile_id, uuid4(), 2)
        told.add("reserve", 0, -2)
    balance, check = await check_profile(credits_client, profile_id, told)
    assert (check.rows, check.differences) == (1101, [])
    assert balance.available == 2800
