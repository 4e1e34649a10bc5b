"""Locks, keys, states and deadlines: what a call may do, and when."""

from __future__ import annotations

from fire.mutants.edits import (
    always,
    instead,
    kept,
    never,
    not_refused,
    only_if,
    without,
    without_row,
)
from fire.mutants.mutant import mutants
from fire.mutants.places import index

JOB_BEFORE_LOCK = instead("for no key update of p, j", "for no key update of p")
_LOCKS = (
    *mutants(
        "_lock_profile",
        {
            "no lock at all": without("for no key update"),
            "a lock that two may hold": instead("for no key update", "for share"),
            "a lock that blocks rows of others that refer to the profile": instead(
                "for no key update", "for update"
            ),
        },
        "concurrency",
    ),
    *mutants(
        "_lock_job",
        {"the job is read before the lock": JOB_BEFORE_LOCK},
        "concurrency",
        "laws/test_any_order.py",
    ),
    *mutants(
        "_lock_job",
        {
            "a lock of a job that blocks rows of others that refer to the profile": instead(
                "for no key update of p, j", "for update of p, j"
            ),
            "a job that is reserved meanwhile is not there": instead(
                "profile := _lock_profile(profile_id);",
                "profile := _lock_profile(profile_id); perform credits._refuse_unknown_job();",
            ),
        },
        "concurrency",
    ),
    *mutants(
        "_find_job",
        {
            "another profile's job is found": always(
                "profile_id = coalesce(profile_id, profile_id)"
            ),
        },
    ),
    *mutants(
        "reserve_credits",
        {
            "a replay is answered before the lock": only_if(
                "not exists (select from credits.jobs j where j.id = job_id)", "_lock_profile"
            ),
        },
        "concurrency",
    ),
    *mutants(
        "expire_holds",
        {"a sweeper waits for locks": without("skip locked")},
        "concurrency",
    ),
    *mutants(
        "reserve_credits",
        {"lock waits without an end": without("set lock_timeout = '5s'")},
        "pgtap/schema",
    ),
)
_NOT_DURABLE = without("perform set_config('synchronous_commit', ...);")
_DURABILITY = tuple(
    mutant
    for place, broken in {
        "_lock_profile": {"a commit that is not durable": _NOT_DURABLE},
        "_lock_job": {"a commit about a job that is not durable": _NOT_DURABLE},
        "_lock_in_order": {"a commit of a batch that is not durable": _NOT_DURABLE},
        "_commits_durably": {
            "a stronger setting is lowered": instead("'on', 'remote_apply'", "'on', 'local'"),
        },
    }.items()
    for mutant in mutants(place, broken, "pgtap/internal", "pgtap/schema", "concurrency")
)
_KEYS = (
    *mutants(
        "reserve_credits",
        {
            "a job id is no key": never("exists (... credits.jobs ...)"),
            "the same job at another cost is a replay": always("reserved_cost - raised = cost"),
            "the same job for another profile is a replay": always(
                "profile_id = profile_id", beside="reserved_cost - raised = cost"
            ),
            "a replay tells of the final split": instead(
                "case when cost = 0 then 0 else -monthly_delta end",
                "job.monthly_deducted",
            ),
        },
    ),
    *mutants(
        "_replay_reservation",
        {
            "a replay tells of today's balance": instead(
                "monthly_balance + addon_balance",
                "(select p.credits_remaining + p.addon_credits"
                " from credits.profiles p where p.id = profile_id)",
            ),
            "a replay looks new": instead("seq, true", "seq, false"),
            "a replay claims credits that went back": not_refused("wrong_state"),
            "a replay claims credits of a hold that expired": instead(
                "closing_seq is not null", "job.state in ('refunded', 'rolled_back')"
            ),
            "a job that settled at 0 is told that it went back": instead(
                "closing_seq is not null", "credits._outstanding(job) = 0"
            ),
            "a job that gave back a part is told that it went back": instead(
                "closing_seq is not null",
                "(closing_seq is not null or job.monthly_refunded + job.addon_refunded > 0)",
            ),
            "a free job whose state ended is replayed": instead(
                "closing_seq is not null", "(closing_seq is not null and job.reserved_cost > 0)"
            ),
            "a replay tells of the first state": instead(
                "profile_id, state", "profile_id, 'reserved'"
            ),
        },
    ),
    *mutants(
        "refund_job",
        {
            "a refund id is no key": never("entry.seq is not null"),
            "the same refund id with another amount": never(
                "entry.monthly_delta + entry.addon_delta <> amount"
            ),
        },
    ),
    *mutants(
        "grant_addon",
        {
            "a grant's reference is no key": always("entry.seq is null"),
            "the same reference with another amount": without_row("1, 'amount'"),
            "the same reference with another kind": without_row("2, 'kind'"),
            "the same reference with another expiry": never("parameter = 'expires_at'"),
        },
    ),
    *mutants(
        "_keyed_entry",
        {
            "a key of one operation is one of another": instead(
                "kind = kind and job_id is null", "job_id is null"
            ),
            "a refund id works for one job only in all": without("and job_id = job_id"),
        },
    ),
    *mutants(
        "adjust_credits",
        {
            "an adjustment id is no key": never("entry.seq is not null"),
            "an adjustment is compared by its sum": (
                never("entry.monthly_delta <> monthly_delta"),
                instead(
                    "entry.addon_delta <> addon_delta",
                    "entry.monthly_delta + entry.addon_delta <> monthly_delta + addon_delta",
                ),
            ),
        },
    ),
    *mutants(
        "renew_monthly",
        {"a renewal without a key": never("known.allowance = allowance")},
    ),
    *mutants(
        "open_profile",
        {"a profile is opened with other amounts": never("monthly_delta <> credits_remaining")},
    ),
    *mutants(
        index("ledger_reference_once"),
        {"the key may be stored twice": without("unique")},
        "pgtap/schema",
    ),
)
_STATES = (
    *mutants(
        "refund_job",
        {
            "a refunded job is refunded again": never("closing_seq is not null"),
            "more is refunded than the job holds": without("perform _refuse_refund(...);"),
            "one credit too many is refunded": instead(
                "amount > refundable", "amount > refundable + 1"
            ),
            "a refund of all that is left is refused": instead(
                "amount > refundable", "amount >= refundable"
            ),
        },
    ),
    *mutants(
        "rollback_reservation",
        {"a settled job is rolled back": not_refused("wrong_state")},
    ),
    *mutants(
        "settle_job",
        {
            "a job that was rolled back is settled": instead(
                "in ('rolled_back', 'refunded')", "= 'refunded'"
            ),
            "a refunded job is settled": instead(
                "in ('rolled_back', 'refunded')", "= 'rolled_back'"
            ),
            "a job is settled twice": never("settled_cost is not null"),
            "a job is settled at another cost": not_refused("job_conflict"),
            "a late settle is not marked": instead(
                "job.settled_late := job.state = 'expired';", "job.settled_late := false;"
            ),
            "a job of a fixed cost is free because it was slow": instead(
                "_default_cost(job)", "credits._outstanding(job)"
            ),
            "a late job costs what it reserved, refunds or not": instead(
                "_default_cost(job)", "job.reserved_cost"
            ),
        },
    ),
    *mutants(
        "_default_cost",
        {"a free job costs what another one gave back": without("and l.job_id = (job).id")},
    ),
    *mutants(
        "_answer_ended_job",
        {"a late failure is answered as if it had given back": always("kind = kind")},
    ),
    *mutants(
        "refund_job",
        {"a part's refund ends the job": always("_outstanding(job) = 0")},
    ),
    *mutants(
        "raise_reservation",
        {
            "a job that has ended is raised": not_refused("wrong_state"),
            "a raise takes the whole cost": instead("cost - _outstanding(job), 0", "cost, 0"),
            "a raise counts what is back as held": instead(
                "cost - _outstanding(job), 0", "cost - job.reserved_cost, 0"
            ),
        },
    ),
    *mutants(
        "extend_hold",
        {
            "an expired hold is extended": not_refused("wrong_state"),
            "an extension shortens a hold": instead(
                "greatest(hold_due_at, _later(_now(), hold_for))", "_later(_now(), hold_for)"
            ),
        },
    ),
    *mutants(
        "reserve_credits",
        {"a closed profile takes jobs": without("perform _refuse_closed();")},
    ),
)
_TIME = (
    *mutants(
        "_now",
        {"time stands still in a transaction": instead("clock_timestamp()", "now()")},
        "pgtap/schema",
    ),
    *mutants(
        "reserve_credits",
        {
            "what is due at this instant is not yet overdue": instead(
                "least(next_hold_expiry, next_pack_expiry) > _now()",
                "least(next_hold_expiry, next_pack_expiry) >= _now()",
            ),
        },
        "pgtap/internal",
        "pgtap/expire_holds",
        "pgtap/settle_job",
        "pgtap/refund_job",
        "laws/test_machine.py",
    ),
    *mutants(
        "reserve_credits",
        {
            "overdue holds wait for a sweeper": instead(
                "least(next_hold_expiry, next_pack_expiry) > _now()",
                "coalesce(next_pack_expiry > _now(), true)",
            ),
            "overdue packs wait for a sweeper": instead(
                "least(next_hold_expiry, next_pack_expiry) > _now()",
                "coalesce(next_hold_expiry > _now(), true)",
            ),
        },
    ),
    *mutants(
        "_later",
        {"days have the session's length": instead("(...) at time zone 'UTC'", "at + by")},
    ),
    *mutants("reserve_credits", {"a profile forgets its hold": kept("next_hold_expiry")}),
)

JOBS = (*_LOCKS, *_DURABILITY, *_KEYS, *_STATES, *_TIME)
