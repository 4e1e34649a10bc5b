"""The books of an old application once more, from its rows alone, not by the generator's code."""

from __future__ import annotations

import json
import re
from typing import Any

from pgcredits._legacy.example.truth import LegacyProfile


class Books:
    """Both books of a profile, from the rows of its ledger.

    ``before``: books whose actual side these begin with; ``lost_by``: the attribution, for each
    wrong refund's ledger id, newest first.
    """

    def __init__(self, profile: LegacyProfile, before: Books | None = None) -> None:
        self.actual, self.right = [0, 0], [0, 0]
        self.jobs: dict[str, tuple[int, int, int, int]] = {}
        self.wrong: dict[int, tuple[str, int, int]] = {}
        if before:
            self.actual, self.right = [*before.actual], [*before.actual]
            self.jobs = {job: (*taken[:2], *taken[:2]) for job, taken in before.jobs.items()}
        for row, _, delta, reason, _ in profile.ledger:
            kind, _, rest = reason.partition(": ")
            if kind in {"signup", "monthly renewal"}:
                # In the right books the month is set to the same allowance, whatever was there.
                self.actual[0] += delta
                self.right[0] = self.actual[0]
            elif kind == "addon purchase":
                self.actual[1] += delta
                self.right[1] += delta
            elif kind == "job create":
                self.jobs[rest[:36]] = (*take(self.actual, -delta), *take(self.right, -delta))
            elif kind == "job refund":
                self._refund(row, rest[:36], delta, numbers(rest[36:]))

    def _refund(self, row: int, job: str, delta: int, stated: list[int]) -> None:
        monthly, addon, right_monthly, right_addon = self.jobs.get(job, (0, 0, 0, 0))
        self.jobs[job] = (0, 0, 0, 0)
        self.actual[0] += stated[0] if stated else delta
        self.actual[1] += stated[1] if stated else 0
        self.right[0] += right_monthly + (delta - monthly - addon)  # twice: all to monthly
        self.right[1] += right_addon
        if addon and not stated:
            self.wrong[row] = (job, delta, addon)

    @property
    def lost_by(self) -> dict[int, tuple[int, int]]:
        lost, gained = self.right[1] - self.actual[1], self.actual[0] - self.right[0]
        shares = {}
        for row, (_, _, misplaced) in sorted(self.wrong.items(), reverse=True):
            share = min(misplaced, lost)
            shares[row] = (share, min(share, gained))
            lost, gained = lost - share, gained - shares[row][1]
        return shares


def take(buckets: list[int], cost: int) -> tuple[int, int]:
    monthly = min(cost, buckets[0])
    buckets[0] -= monthly
    buckets[1] -= cost - monthly
    return monthly, cost - monthly


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"[+-]\d+", text)]


def metas(profile: LegacyProfile) -> dict[str, dict[str, Any]]:
    """What each job row says, as far as it does."""
    return {str(row[0]): json.loads(row[3] or "{}") for row in profile.jobs}


def deltas(profile: LegacyProfile, kind: str) -> dict[str, list[int]]:
    """The amounts of the rows of a kind, for each job."""
    found: dict[str, list[int]] = {}
    for _, _, delta, reason, _ in profile.ledger:
        if reason.startswith(f"{kind}: "):
            found.setdefault(reason[len(kind) + 2 :][:36], []).append(delta)
    return found


def missing_in_balances(profile: LegacyProfile) -> int:
    """The ledger's sum less the balances."""
    return sum(row[2] for row in profile.ledger) - sum(x or 0 for x in profile.actual)


def classes_in(profile: LegacyProfile) -> set[str]:
    """The classes of damage, by the words of their definitions and the rows alone."""
    found, jobs = set(), metas(profile)
    taken, given = deltas(profile, "job create"), deltas(profile, "job refund")
    if None in profile.actual:
        found.add("null_balance")
    if any((x or 0) < 0 for x in profile.actual):
        found.add("negative_balance")
    if not profile.ledger[0][3].startswith("signup"):
        found.add("history_truncated")
    elif Books(profile).actual != [x or 0 for x in profile.actual]:
        found.add("balance_mismatch")
    for job in {*taken, *given}:
        if job not in jobs:
            found.add("job_missing")
        if len(taken.get(job, [])) > 1:
            found.add("duplicate_deduction")
        if sum(given.get(job, [])) > -sum(taken.get(job, [])):
            found.add("duplicate_refund")
        if job in given and sum(given[job]) < -sum(taken.get(job, [])):
            found.add("partial_refund")
    return found | classes_in_jobs(jobs, taken, given)


def classes_in_jobs(
    jobs: dict[str, dict[str, Any]], taken: dict[str, list[int]], given: dict[str, list[int]]
) -> set[str]:
    found = set()
    for job, meta in jobs.items():
        if not meta:
            found.add("meta_missing")
            continue
        if meta["credits_deducted"] and job not in taken:
            found.add("deduction_missing")
        if job in taken and meta["credit_cost"] != -sum(taken[job]):
            found.add("cost_mismatch")
        if meta["credits_deducted"] == (job in given):
            found.add("refund_interrupted")
        if (
            meta.get("monthly_deducted", 0) + meta.get("addon_deducted", meta["credit_cost"])
            != (meta["credit_cost"])
        ):
            found.add("split_mismatch")
    return found
