"""Batches answer for many at once: what holds for one must hold for each of them."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, without
from fire.mutants.mutant import mutants

_BETWEEN_SESSIONS = "concurrency/test_batches.py"
_LOCKS = (
    *mutants(
        "_lock_in_order",
        {
            "batches lock in an order of their own": instead(
                "order by p.id for no key update",
                "order by hashtextextended(p.id::text, pg_backend_pid()) for no key update",
            ),
            "a batch does not lock": without("for no key update"),
        },
        _BETWEEN_SESSIONS,
    ),
    *mutants(
        "_load_purses",
        {
            "a batch moves credits of a profile that it has not locked": instead(
                "select l.id from unnest(locked) l",
                "select l.id from credits.profiles l order by 1",
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
                    "elements, locked) p", "elements, array(select p from credits.profiles p)) p"
                ),
            },
            _BETWEEN_SESSIONS,
        )
    ),
    *mutants(
        "reserve_credits_many",
        {
            "a batch whose job ids are taken again and again has no answer": instead(
                "attempt = cardinality(elements)", "attempt = 1"
            ),
            "an older snapshot is an error of the server": instead(
                "'serialization_failure'", "'unique_violation'"
            ),
            "a batch writes its jobs in the order of the elements": without("order by p.job_id"),
            "a job id that another profile took meanwhile is an error of the server": instead(
                "when unique_violation", "when division_by_zero"
            ),
            "a batch waits for a profile that came late": never(
                "not _try_lock_profile(v_profile_id)"
            ),
            "a batch waits for a job that came late": instead(
                "not credits._try_lock_profile(v_profile_id)",
                "v_element.profile_id is not null and not credits._try_lock_profile(v_profile_id)",
            ),
        },
        _BETWEEN_SESSIONS,
    ),
)
_PLANS = (
    *mutants(
        "_can_be_made_together",
        {
            "a batch overlooks packs": never("p.next_pack_expiry is not null"),
            "a batch overlooks that the profile is closed": never("p.closed_at is not null"),
            "a batch takes more than there is": without("or (_split_deduction(...)).shortfall > 0"),
            "a batch overlooks that a job is twice in it": never("d.total is null"),
        },
    ),
    *mutants(
        "_draft_reservations",
        {
            "a job id twice in a batch goes at once": instead(
                "count(*) over (partition by job_id) = 1 as", "true as"
            ),
            "a batch counts what its own element costs": instead(
                "sum(e.cost) over so_far", "e.cost"
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
_STATES = "pgtap/batches/equals_single_calls_whatever_state_a_job_is_in.sql"
# What goes the quick way must not differ from single calls: each state that has to be kept out.
_KEPT_OUT = (
    *mutants(
        "_plan_reservations",
        {
            "a batch reserves as if nothing were spent before": instead("total - cost", "0"),
            "a batch does not know the month": instead("p.period_start", "null::timestamptz"),
        },
        _STATES,
    ),
    *mutants(
        "_draft_reservations",
        {
            "free jobs of a batch have rows": without("filter (where cost > 0)"),
        },
        _STATES,
    ),
    *mutants(
        "_plan_returns",
        {
            "a batch returns imported jobs as if they were its own": always(
                "breakdown_source is null"
            ),
            "a batch returns the monthly part again": always("monthly_refunded = 0"),
            "a batch returns the addon part again": always("addon_refunded = 0"),
            "a batch returns to no pack": always("pack_deducted = 0"),
            "a batch takes a raised job for a simple one": always("raised = 0"),
            "a batch refunds a part as the whole": always(
                "amount is null", beside="refund_id is null and count"
            ),
            "a batch settles what is settled": always("settled_cost is null"),
            "a batch returns what has ended": instead("then j.closing_seq is null", "then true"),
            "a batch counts rows that move nothing": without(
                "filter (where r.monthly + r.addon > 0)"
            ),
        },
        _STATES,
    ),
    *mutants(
        "_bring_all_up_to_date",
        {
            "a batch goes on before an overdue pack has lapsed": instead(
                "least(next_hold_expiry, next_pack_expiry) <= now", "next_hold_expiry <= now"
            ),
            "a batch goes on before an overdue hold has expired": instead(
                "least(next_hold_expiry, next_pack_expiry) <= now", "next_pack_expiry <= now"
            ),
            "what is due at this instant is not yet overdue for a batch": instead(
                "least(next_hold_expiry, next_pack_expiry) <= now",
                "least(next_hold_expiry, next_pack_expiry) < now",
            ),
            "a batch goes on with the profile as it was": without("profiles[place] := profile;"),
        },
        "pgtap/batches",
        "pgtap/internal",
        "pgtap/get_balance",
        "pgtap/settle_job",
    ),
    *mutants(
        "_settle_together",
        {
            "a batch settles without the month": kept("settle_period_start"),
            "a job that a batch settled holds on": kept("hold_due_at"),
            "a job that a batch settled publishes what it reserved": kept("meta_json"),
        },
        _STATES,
    ),
    *mutants(
        "_refund_together",
        {
            "a batch moves the time that a job finished": instead(
                "coalesce(finished_at, now)", "now"
            ),
            "a job that a batch refunded publishes nothing": kept("meta_json"),
        },
        _STATES,
    ),
    *mutants(
        "_reserve_together",
        {
            "a profile does not know the holds of a batch": kept("next_hold_expiry"),
            "a batch loses the metadata": instead("coalesce(meta, '{}')", "'{}'::jsonb"),
        },
        _STATES,
    ),
    *mutants(
        "_write_entries",
        {
            "a batch moves one bucket only": kept("addon_credits"),
            "a batch moves the other bucket only": kept("credits_remaining"),
        },
        _STATES,
    ),
)
_CREDITS = (
    *mutants(
        "_plan_renewals",
        {
            "a batch renews from what was left before the batch": without(
                "profile.credits_remaining := row.allowance + row.carried;"
            ),
            "a batch begins months backwards": without("profile.period_start := row.period_start;"),
            "a month twice in a batch begins twice": without(
                "places[period_number] := cardinality(planned);"
            ),
            "a batch overlooks the months that there were": never("known.seq is null"),
            "a month with other figures is a replay in a batch": always(
                "known.allowance = allowance"
            ),
            "a month with another cap is a replay in a batch": always(
                "known.rollover_cap = rollover_cap"
            ),
        },
        "batches/test_batch_equals_singles.py",
    ),
    *mutants(
        "_plan_grants",
        {
            "a reference twice in a batch is granted twice": never("keys[key_number]"),
            "a batch grants again what was granted": never(
                "exists (select from credits.addon_grants g "
                "where g.reference = each.reference and g.profile_id = profile.id)"
            ),
            "a batch grants one payment to two profiles": never("is_exclusive"),
            "a batch looks at payments of others whatever the setting": always("is_exclusive"),
            "a batch forgets what it has granted to others": without(
                "owners[reference_number] := profile.id;"
            ),
            "a batch grants above the cap": without(
                "profile.addon_credits := profile.addon_credits + row.amount;"
            ),
        },
        "batches/test_batch_equals_singles.py",
    ),
    *mutants(
        "_grant_together",
        {
            "a batch grants in the order of the elements": without("order by granted.reference"),
            "a batch keeps no payment for one profile": instead(
                "is_exclusive, (a.granted).kind", "false, (a.granted).kind"
            ),
        },
        "concurrency/test_batches_of_renewals_and_grants.py",
    ),
    *mutants(
        "grant_addon_many",
        {
            "a payment that another profile was granted meanwhile is an error of the server": (
                instead("when unique_violation", "when division_by_zero")
            ),
            "an older snapshot than a payment is an error of the server": instead(
                "'serialization_failure'", "'unique_violation'"
            ),
        },
        "concurrency/test_batches_of_renewals_and_grants.py",
    ),
    *mutants(
        "_call_one",
        {"a batch grants to a profile that came late": never("kind = 'grant'")},
        "concurrency/test_batches_of_renewals_and_grants.py",
    ),
    *mutants(
        "_write_entries",
        {
            "a profile does not know the month of a batch": kept("period_start"),
            "a profile does not know the packs of a batch": kept("next_pack_expiry"),
        },
        "batches/test_batch_equals_singles.py",
    ),
)
_ELEMENTS = mutants(
    "reserve_credits_many",
    {
        "a refusal ends a batch": never("v_half > 0"),
        "a batch forgets the number of its ledger rows": instead("seq + moved.entries", "seq + 1"),
        "a misspelled key in a batch is left out": never("odd.value - keys <> '{}'"),
        "a batch of any size": instead("integer := 10000", "integer := 20000"),
    },
)

BATCHES = (*_LOCKS, *_PLANS, *_KEPT_OUT, *_CREDITS, *_ELEMENTS)
