"""How much a run must have covered; below that it proves too little and fails as unproductive."""

from __future__ import annotations

from fire.checker.check import Verdict

# Of a thousand operations. Half of what a run reaches, and less of what takes some seconds to come.
SHARES = {
    "answers compared": 400,
    "replayed": 15,
    "answered with zeros": 3,
    "raised again": 4,
    "raised after a return": 3,
    "raises replayed": 4,
    "refused: insufficient_credits": 25,
    "refused: limit_exceeded": 1,
    "refused: job_conflict": 5,
    "refused: wrong_state": 4,
    "refused: refund_exceeds_deduction": 5,
    "refused: reference_conflict": 0.2,
    "refused: period_conflict": 0.2,
    "refused: grant_not_found": 0.2,
    "refused: period_not_found": 0.1,
    "aborted": 4,
    "rows: reserve": 100,
    "rows: raise": 12,
    "rows: settle": 25,
    "rows: refund": 25,
    "rows: rollback": 8,
    "rows: grant": 15,
    "rows: renew": 8,
    "rows: change": 7,
    "rows: expire": 1,
    "rows: lapse": 1,
    "draws from packs": 10,
    "packs reopened": 0.1,
    "calls: revoke_grant": 10,
    "calls: revoke_renewal": 6,
    "calls: reinstate_grant": 4,
    "calls: reinstate_renewal": 2,
    "revocations replayed": 2,
    "won before it was opened": 0.5,
    "opened after it was won": 0.5,
    "revoked: of a perpetual grant": 3,
    "revoked: of a pack": 3,
    "revoked: of a month": 3,
    "reinstated: of a perpetual grant": 1,
    "reinstated: of a pack": 1,
    "reinstated: of a month": 1,
    "returned to a revocation: of a perpetual grant": 0.2,
    "returned to a revocation: of a pack": 0.2,
    "returned to a revocation: of a month": 0.1,
    "lapsed to a revocation: of a pack": 0.1,
    "lowered below what was spent": 1,
    "returned to a month that owed": 1,
    "raised, and paid what was owed": 0.05,
    "changed beside a revocation": 0.05,
    "settled late": 0.2,
    "settled with a shortfall": 0.2,
    "balance compared": 25,
    "statement compared": 8,
    "balance_at compared": 5,
    "explain compared": 8,
    "overlapping calls on a profile": 100,
    "overlapping calls on a job": 5,
}


def floors(verdict: Verdict, seconds: float) -> dict[str, int]:
    """The least of each figure; openings of profiles do not count as operations."""
    openings = verdict.figures["rows: open"]
    operations = verdict.figures["operations"] - openings
    wanted = {name: int(share * operations / 1000) for name, share in SHARES.items()}
    wanted["bank reads"] = int(seconds / 4)
    wanted["operations"] = openings + int(100 * seconds)
    if not verdict.violations:
        wanted["corruptions flagged"] = 20
    return wanted
