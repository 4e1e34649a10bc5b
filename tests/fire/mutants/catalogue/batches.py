"""Batches answer for many at once: what holds for one must hold for each of them."""

from __future__ import annotations

from fire.mutants.edits import always, instead, never, without
from fire.mutants.mutant import mutants

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
        "_plan_reservations",
        {
            "a batch moves credits of a profile that it has not locked": instead(
                "unnest(locked)", "credits.profiles"
            ),
        },
        _BETWEEN_SESSIONS,
    ),
    *(
        mutant
        for name in ("_settle_together", "_refund_together")
        for mutant in mutants(
            name,
            {
                f"a batch returns credits to a profile that it has not locked, {name}": instead(
                    "elements, locked, now",
                    "elements, array(select p from credits.profiles p), now",
                ),
            },
            _BETWEEN_SESSIONS,
        )
    ),
    *mutants(
        "reserve_credits_many",
        {
            "a batch whose job ids are taken again and again has no answer": instead(
                "together => v_attempt < 3", "together => true"
            ),
            "a batch writes its jobs in the order of the elements": without("order by p.job_id"),
            "a job id that another profile took meanwhile is an error of the server": instead(
                "when unique_violation", "when division_by_zero"
            ),
            "a batch waits for a profile that came late": never("not _try_lock_profile(...)"),
            "a batch waits for a job that came late": instead(
                "_try_lock_profile(coalesce(profile_id, ...))",
                "(element.profile_id is null or _try_lock_profile(element.profile_id))",
            ),
        },
        _BETWEEN_SESSIONS,
    ),
)
_PLANS = (
    *mutants(
        "reserve_credits_many",
        {
            "a batch overlooks packs": always("p.next_pack_expiry is null"),
            "a batch overlooks that the profile is closed": always("closed_at is null"),
            "a batch overlooks holds that are overdue": always(
                "coalesce(next_hold_expiry > at, true)"
            ),
            "a batch takes more than there is": always("used.shortfall = 0"),
        },
    ),
    *mutants(
        "_draft_reservations",
        {
            "a job id twice in a batch goes at once": always(
                "count(*) over (partition by job_id) = 1"
            ),
            "what comes after a job that needs a closer look goes before it": instead(
                "and bool_and(...) over so_far", ""
            ),
        },
    ),
    *mutants(
        "_plan_returns",
        {
            "a job twice in a batch is settled twice": instead(
                "count(*) over (partition by job_id) = 1",
                "(kind = 'settle' or count(*) over (partition by job_id) = 1)",
            ),
            "a job twice in a batch is refunded twice": instead(
                "count(*) over (partition by job_id) = 1",
                "(kind = 'refund' or count(*) over (partition by job_id) = 1)",
            ),
            "a batch settles for more than the job holds": always(
                "coalesce(actual_cost, 0) <= _outstanding(j)"
            ),
            "a batch refunds a job of another period as of this one": always(
                "period_start is not distinct from period_start"
            ),
            "a batch returns what a part has returned": (
                always("monthly_refunded = 0"),
                always("addon_refunded = 0"),
            ),
            "a batch refunds somebody else's job": always(
                "profile_id = coalesce(profile_id, profile_id)"
            ),
        },
    ),
)
_ELEMENTS = mutants(
    "reserve_credits_many",
    {
        "a refusal ends a batch": never("half > 0", beside="elements[:half]"),
        "a batch forgets the number of its ledger rows": instead("seq + moved.entries", "seq + 1"),
        "a misspelled key in a batch is left out": never("odd.value - keys <> '{}'"),
        "a batch of any size": instead("integer := 10000", "integer := 20000"),
    },
)

BATCHES = (*_LOCKS, *_PLANS, *_ELEMENTS)
