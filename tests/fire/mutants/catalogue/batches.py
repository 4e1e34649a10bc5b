"""Batches answer for many at once: what holds for one must hold for each of them."""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without
from fire.mutants.mutant import mutants

_TESTS = (
    "pgtap/reserve_credits_many",
    "pgtap/settle_job_many",
    "pgtap/refund_job_many",
    "batches",
)
_BETWEEN_SESSIONS = "concurrency/test_batches.py"
_LOCKS = (
    *mutants(
        "_lock_profiles",
        {
            "batches lock in an order of their own": instead(
                "order by p.id", "order by hashtextextended(p.id::text, pg_backend_pid())"
            ),
            "a batch does not lock": without("for no key update"),
        },
        _BETWEEN_SESSIONS,
    ),
    *mutants(
        "reserve_credits_many",
        {
            "a batch moves credits of a profile that it has not locked": instead(
                "unnest(locked) p on", "credits.profiles p on"
            ),
            "a batch whose job ids are taken again and again has no answer": instead(
                "at_once => v_attempt < 3", "at_once => true"
            ),
            "a batch waits for a profile that came late": never(
                "not _try_lock_profile(profile_id)"
            ),
            "a batch writes its jobs in the order of the elements": without("order by p.job_id"),
            "a job id that another profile took meanwhile is an error of the server": instead(
                "when unique_violation", "when division_by_zero"
            ),
        },
        _BETWEEN_SESSIONS,
    ),
    *(
        mutant
        for name in ("settle_job_many", "refund_job_many")
        for mutant in mutants(
            name,
            {
                f"a batch returns credits to a profile that it has not locked, {name}": instead(
                    "unnest(locked) p on", "credits.profiles p on"
                ),
            },
            _BETWEEN_SESSIONS,
        )
    ),
    *mutants(
        "_lock_element",
        {
            "a batch waits for a job that came late": instead(
                "_try_lock_profile(profile_id)", "v_profile_id is not null"
            ),
        },
        _BETWEEN_SESSIONS,
    ),
)
_PLANS = (
    *mutants(
        "_plan_reservations",
        {
            "a batch overlooks packs": always("next_pack_expiry is null"),
            "a batch overlooks that the profile is closed": always("closed_at is null"),
            "a batch overlooks holds that are overdue": always(
                "coalesce(next_hold_expiry > at, true)"
            ),
            "a batch takes more than there is": always("(used).shortfall = 0"),
        },
    ),
    *mutants(
        "reserve_credits_many",
        {
            "a job id twice in a batch goes at once": always("job_id not in (... twice ...)"),
            "what comes after a job that needs a closer look goes before it": instead(
                "is_plain and bool_and(is_plain) over so_far", "is_plain"
            ),
        },
    ),
    *mutants(
        "settle_job_many",
        {
            "a job twice in a batch is settled twice": always(
                "count(*) over (partition by job_id) = 1"
            ),
            "a batch settles for more than the job holds": always(
                "coalesce(actual_cost, 0) <= _outstanding(j)"
            ),
        },
    ),
    *mutants(
        "refund_job_many",
        {
            "a job twice in a batch is refunded twice": always(
                "count(*) over (partition by job_id) = 1"
            ),
            "a batch refunds a job of another period as of this one": always(
                "r.period_start is not distinct from p.period_start"
            ),
            "a batch returns what a part has returned": (
                always("j.monthly_refunded = 0"),
                always("j.addon_refunded = 0"),
            ),
            "a batch refunds somebody else's job": always(
                "profile_id = coalesce(profile_id, profile_id)"
            ),
        },
    ),
)
_ELEMENTS = (
    *mutants(
        "reserve_credits_many",
        {
            "a refusal ends a batch": never("half > 0"),
            "a batch forgets the number of its ledger rows": instead(
                "seq + moved.entries", "seq + 1"
            ),
            "a misspelled key in a batch is left out": never("element - keys <> '{}'"),
            "a batch of any size": instead("integer := 10000", "integer := 20000"),
        },
    ),
)

BATCHES = (*_LOCKS, *_PLANS, *_ELEMENTS)
