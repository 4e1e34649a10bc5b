"""Whether the database answered, and stores, what the model does."""

from __future__ import annotations

from typing import Any

from laws.database import Database, entry_row, expected_state
from laws.model import Entry, Profile
from laws.refusals import Refused

# Places in a ledger row as ``entry_row`` gives it.
KIND, REASON, REFERENCE = 3, 9, 10


def state_difference(database: Database, profile: Profile, after_seq: int = 0) -> str:
    """Empty when all that is stored of the profile is as expected; ledger rows after a seq."""
    found = database.state(profile.id, after_seq)
    for part, wanted in expected_state(profile, after_seq).items():
        pair = wanted, found[part] or []
        if part == "rows":
            pair = comparable(*pair)
        if pair[0] != pair[1]:
            return f"{part} of {profile.id}: expected {pair[0]}, found {pair[1]}"
    return ""


def comparable(wanted: list[Any], got: list[Any]) -> tuple[list[Any], list[Any]]:
    """Ledger rows without what the contract leaves open: some reasons, the keys of corrections."""
    wanted, got = [list(row) for row in wanted], [list(row) for row in got]
    for ours, theirs in zip(wanted, got, strict=False):
        if ours[REASON] is None:
            theirs[REASON] = None
        if ours[KIND] in ("revoke", "reinstate", "lapse"):
            theirs[REFERENCE] = None
    return wanted, got


def in_order(name: str, rows: list[Any]) -> list[Any]:
    """A sweep answers in no order of its own."""
    if name == "expire_holds":
        return sorted(rows, key=lambda row: (row["profile_id"], row["job_id"]))
    if name == "expire_packs":
        return sorted(rows, key=lambda row: (row[0], row[1]))
    if name == "usage":  # a model that sorts labels would be one of collations
        return sorted(rows, key=lambda row: (str(row["period_start"]), str(row["label"])))
    return rows


def as_modelled(row: dict[str, Any], expected: list[Any]) -> dict[str, Any]:
    """The model says nothing of some columns: of a job, those from which others are computed."""
    return {name: row[name] for name in row if not expected or name in expected[0]}


def set_difference(name: str, expected: list[Any], found: list[Any]) -> str:
    if name in ("expire_packs", "get_statement"):
        expected = [entry_row(entry) for entry in expected]
        found = [entry_row(Entry(**row)) for row in found]
        expected, found = comparable(in_order(name, expected), in_order(name, found))
    elif name == "explain_job":
        for ours, theirs in zip(expected, found, strict=False):
            if ours["reason"] is None:
                theirs["reason"] = None
    elif name in ("list_jobs", "list_profiles"):
        found = [as_modelled(row, expected) for row in found]
    else:
        expected, found = in_order(name, expected), in_order(name, found)
    return "" if expected == found else f"expected {expected}, found {found}"


def difference(name: str, expected: Any, found: Any) -> str:
    """Empty when the database answered as the model did."""
    if isinstance(expected, Refused) or isinstance(found, Refused):
        return refusal_difference(expected, found)
    if isinstance(expected, list):
        return set_difference(name, expected, found)
    if name == "get_job":
        found = as_modelled(found, [expected])
    if expected == found:
        return ""
    keys = sorted(expected.keys() | found.keys())
    missing = "(no such column)"
    return "; ".join(
        f"{key}: expected {expected.get(key, missing)}, found {found.get(key, missing)}"
        for key in keys
        if expected.get(key, missing) != found.get(key, missing)
    )


def refusal_difference(expected: Any, found: Any) -> str:
    if not (isinstance(expected, Refused) and isinstance(found, Refused)):
        return f"expected {expected!r}, found {found!r}"
    detail = found.detail
    if not expected.exact:
        detail = {key: detail.get(key) for key in expected.detail}
    wanted = (expected.sqlstate, expected.token, expected.detail)
    got = (found.sqlstate, found.token, detail)
    return "" if wanted == got else f"expected {wanted}, found {got}"
