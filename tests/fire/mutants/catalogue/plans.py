"""What is planned in memory and written once: overdue holds and packs, and batches."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, without
from fire.mutants.mutant import mutants

_BETWEEN_SESSIONS = "concurrency/test_batches.py"
_STATES = "pgtap/batches/equals_single_calls_whatever_state_a_job_is_in.sql"
_ORDER = "pgtap/internal/expire_works_off_in_the_order_of_the_deadlines.sql"
_EXPIRING = (
    *mutants(
        "_expire",
        {
            "holds before packs at the same instant": instead(
                "_plan_lapses(purse, due.at,",
                "_plan_lapses(purse, due.at - case when due.change is null then interval '0'"
                " else interval '1 microsecond' end,",
            ),
            "an overdue hold gives back as of now": instead(
                "'expired', due.at", "'expired', _expire.at"
            ),
            "a pack that ends after a hold ends before it": instead(
                "_plan_lapses(purse, due.at,", "_plan_lapses(purse, _expire.at,"
            ),
            "packs wait for all holds": instead(
                "<= due.at then", "<= due.at and due.change is null then"
            ),
            "the latest hold goes first": instead(
                "order by hold_due_at, id limit at_most) union",
                "order by hold_due_at desc, id limit at_most) union",
            ),
            "holds of the same instant go in any order": instead(
                "order by hold_due_at, id limit at_most) union",
                "order by hold_due_at, id desc limit at_most) union",
            ),
            "packs do not count": instead("at_most - cardinality(changes)", "at_most"),
            "holds go on after the last pack": without("or cardinality(changes) = at_most"),
            "a profile expects a hold that has just expired": without("offset holds"),
            "a profile expects its last hold first": instead(
                "order by hold_due_at, id offset", "order by hold_due_at desc, id offset"
            ),
            "a hold that drew from a pack finds no pack": instead(
                "pack_deducted > 0 or period_start", "period_start"
            ),
            "a hold of another month finds no month": instead(
                "pack_deducted > 0 or period_start is distinct from profile.period_start",
                "pack_deducted > 0",
            ),
            "a pack is due when the profile has forgotten it": without(
                "v_planned.purse := v_lapsed.purses[1];"
            ),
        },
        _ORDER,
        "pgtap/internal/bring_up_to_date_takes_packs_before_holds_of_the_same_instant.sql",
        "pgtap/expire_holds",
        "pgtap/expire_packs",
        "pgtap/refund_job",
    ),
    # Whoever brings a profile up to date would not come to an end: only sweepers do.
    *mutants(
        "_expire",
        {
            "a hold that is due at this instant is not overdue": instead(
                "hold_due_at <= at order by hold_due_at, id limit at_most) union",
                "hold_due_at < at order by hold_due_at, id limit at_most) union",
            ),
        },
        "pgtap/expire_holds/expires_a_hold_at_its_deadline_and_not_before.sql",
    ),
    *mutants(
        "_expire",
        {
            "packs that lapse between holds are taken for all there are": never(
                "lapsed.purses is not null"
            ),
        },
        "pgtap/expire_holds/that_reopen_a_pack_forget_no_other_pack.sql",
    ),
    *mutants(
        "_expire",
        {
            "packs that end after all holds are left": without("union all select null, at"),
        },
        "pgtap/expire_packs/expires_a_pack_at_its_deadline_and_not_before.sql",
    ),
    *mutants(
        "_plan_lapses",
        {
            "a pack is over an instant late": instead("expires_at > at", "expires_at >= at"),
        },
        "pgtap/expire_packs/expires_a_pack_at_its_deadline_and_not_before.sql",
    ),
    *mutants(
        "_plan_lapses",
        {
            "the pack that ends last lapses first": instead(
                "order by k.expires_at, k.seq", "order by k.expires_at desc, k.seq"
            ),
        },
        "pgtap/expire_packs/lapses_packs_in_the_order_of_their_expiry.sql",
    ),
    *mutants(
        "_plan_lapses",
        {
            "of packs of the same instant the newest lapses first": instead(
                "order by k.expires_at, k.seq", "order by k.expires_at, k.seq desc"
            ),
            "an empty pack lapses": instead("where k.remaining > 0 order", "order"),
            "a sweep takes all packs of a profile": without("or cardinality(changes) = at_most"),
            "a pack forgets that it lapsed": without("packs[pack.ordinality].lapsed := ...;"),
            "a pack that lapsed is full": without("packs[pack.ordinality].remaining := 0;"),
            "a profile expects its last pack first": instead("min(expires_at)", "max(expires_at)"),
            "an empty pack is expected": instead(
                "from unnest(packs) k where k.remaining > 0", "from unnest(packs) k"
            ),
        },
        _ORDER,
        "pgtap/internal/bring_up_to_date_takes_packs_before_holds_of_the_same_instant.sql",
        "pgtap/expire_packs",
        "pgtap/expire_holds",
        "pgtap/check_integrity",
    ),
    *mutants(
        "expire_holds",
        {
            "a sweep works off all of a profile": instead(
                "_sweep(profile_id, now, left)", "_sweep(profile_id, now, 10000)"
            ),
            "a sweep has no end": without("left := left - cardinality(changes);"),
            "packs that lapsed are answered as holds": always("kind = 'expire'"),
        },
    ),
    *mutants(
        "expire_packs",
        {
            "a sweep of packs works off all of a profile": instead(
                "_sweep(profile_id, now, left)", "_sweep(profile_id, now, 10000)"
            ),
            "a sweep of packs has no end": without("left := left - cardinality(changes);"),
            "a sweep of packs begins with the last": instead(
                "order by k.expires_at", "order by k.expires_at desc"
            ),
        },
    ),
    *(
        mutant
        for name in ("expire_holds", "expire_packs")
        for mutant in mutants(
            name,
            {
                f"a profile that is skipped counts, {name}": instead(
                    "left := left - cardinality(changes)",
                    "left := left - greatest(cardinality(changes), 1)",
                ),
            },
            "concurrency/test_deadlines.py",
        )
    ),
    *mutants(
        "_sweep",
        {"a sweeper waits for who has the lock": never("not _try_lock_profile(profile_id)")},
        "concurrency/test_deadlines.py",
    ),
    *mutants(
        "_sweep",
        {"a sweep writes a profile with nothing due": never("coalesce(least(...) > at, true)")},
        "pgtap/internal/sweep_writes_nothing_where_nothing_is_due.sql",
    ),
)
_ELEMENTS = (
    *mutants(
        "_plan_element",
        {
            "a known job is reserved anew": always("job.id is null"),
            "a batch reserves a cost below zero": always("_is_amount(element.cost, 0)"),
            "a batch takes any metadata and any hold": always(
                "_accepts(meta => ..., hold_for => ..., spender => ...)"
            ),
            "a batch settles a job of somebody else": never(
                "job.profile_id is distinct from ((purse).profile).id"
            ),
            "a batch settles a job twice": always("settled_cost is null"),
            "a batch settles what went back": always("job.state not in (...)"),
            "a batch settles at a cost below zero": always(
                "_is_amount(coalesce(actual_cost, 0), 0)"
            ),
            "a batch knows any overage": always("coalesce(overage, 'cap') in ('cap', 'reject')"),
            "a batch settles a late job for nothing": instead(
                "_default_cost(job)", "credits._outstanding(job)"
            ),
            "a batch rejects where that was not asked for": instead(
                "coalesce(overage, 'cap'), at", "coalesce(overage, 'reject'), at"
            ),
            "a batch takes any reason": always("_accepts(reason => ...)"),
        },
        _STATES,
        "pgtap/batches",
    ),
    *mutants(
        "_plan_refund",
        {
            "a batch refunds what was refunded": never("job.closing_seq is not null"),
            "a key that was used in the same batch is new": instead(
                "credits._returned := used", "credits._returned := null"
            ),
            "a key that was used before is new": never("entry.seq is not null"),
            "a key with another amount is a replay": never("used.monthly + used.addon <> amount"),
            "a batch refunds more than the job holds": never("amount > refundable"),
            "a batch refunds a part without an amount": without(
                "perform _check_amount('amount', amount, 1);"
            ),
            "a batch refunds a part without a key": without(
                "perform _check_text('refund_id', refund_id);"
            ),
            "a batch loses the reason of a refund": without("change.note := reason;"),
            "a batch loses the key of a part": without("change.reference := refund_id;"),
        },
        _STATES,
        "pgtap/batches",
    ),
    *mutants(
        "_plan_reservation",
        {
            "a batch charges a closed profile": never("closed_at is not null"),
            "a batch spends what is not there": instead("cost, 'reject'", "cost, 'cap'"),
            "a batch draws from no pack": never("purse.packs is not null and split.addon > 0"),
            "a batch spends a pack again and again": without("purse.packs := drawn.packs;"),
            "a batch forgets what it drew from packs": without(
                "change.draws := change.draws || drawn.draws;"
            ),
            "a job of a batch drew nothing from packs": instead(
                "job.pack_deducted + drawn.moved", "job.pack_deducted"
            ),
            "a profile does not know the hold of a batch": without(
                "profile.next_hold_expiry := least(...);"
            ),
            "a hold of a batch is never due": without("job.hold_due_at := v_hold_expires_at;"),
            "a job of a batch knows no month": without("job.period_start := profile.period_start;"),
            "a job of a batch loses its metadata": instead("coalesce(meta, '{}')", "'{}'::jsonb"),
            "a job of a batch has no row": without("job.reserve_seq := ...;"),
        },
        _STATES,
        "pgtap/batches",
    ),
    *mutants(
        "_plan_elements",
        {
            "the second change of a job forgets the first": without(
                "latest[row.job_number] := cardinality(changes);"
            ),
            "a batch forgets the keys that it has used": without(
                "keys[row.key_number] := cardinality(changes);"
            ),
            "a profile is planned anew for each element": without(
                "purses[row.place] := planned.purse;"
            ),
            "a batch goes backwards": instead("order by e.position", "order by e.position desc"),
            "a replay is written": without("continue when (planned.change).kind = 'replay';"),
            "the last element of a batch decides the key of all": instead(
                "dense_rank() over (order by e.job_id, e.refund_id)",
                "dense_rank() over (order by e.refund_id)",
            ),
        },
        _STATES,
        "pgtap/batches",
    ),
    *mutants(
        "_change_answer",
        {
            "a settlement of a batch is a replay": instead(
                "_settlement_row(job, returned, false)", "_settlement_row(job, returned, true)"
            ),
            "a refund of a batch is a replay": instead("change.kind = 'replay'", "true"),
        },
        _STATES,
        "pgtap/batches",
    ),
)
_WRITING = (
    *mutants(
        "_write_plan",
        {
            "planned jobs are written in the order of the elements": instead(
                "where c.kind = 'reserve' order by (c.job).id", "where c.kind = 'reserve'"
            )
        },
        _BETWEEN_SESSIONS,
    ),
    *mutants(
        "_write_plan",
        {
            "the first draws of a job tell": instead("c.ordinality desc", "c.ordinality"),
            "what lapses leaves no row": instead(
                "where monthly_lapsed + addon_lapsed > 0", "where false"
            ),
            "what goes to a revocation leaves no row": instead(
                "where monthly_revoked + addon_revoked > 0", "where false"
            ),
            "a row of what lapses tells the balance before": instead(
                "c.monthly_balance - monthly_lapsed, c.addon_balance - addon_lapsed",
                "c.monthly_balance, c.addon_balance",
            ),
            "a reservation looks like a return": instead("then '-' else '+'", "then '+' else '+'"),
            "a row does not say why": instead(
                "abs((c.returned).addon)), c.note", "abs((c.returned).addon)), null"
            ),
            "a part has no key in the ledger": instead("end, c.reference", "end, null"),
            "a planned job forgets its packs": instead("(c.job).pack_deducted", "0"),
            "a planned hold is not due": instead(
                "(c.job).hold_expires_at, (c.job).hold_due_at", "(c.job).hold_expires_at, null"
            ),
        },
        _STATES,
        "pgtap/batches",
        "pgtap/refund_job",
    ),
    *mutants(
        "_write_jobs",
        {
            "the first change of a job tells": instead("w.ordinality desc", "w.ordinality"),
            "a planned settlement has no shortfall": kept("shortfall"),
            "a planned settlement is in time": kept("settled_late"),
            "a planned settlement knows no month": kept("settle_period_start"),
            "a planned settlement has no packs": kept("pack_deducted"),
            "a planned raise is forgotten": kept("raised"),
            "a planned return ends nothing": kept("closing_seq"),
            "a planned return leaves the hold": kept("hold_due_at"),
            "a planned return keeps no time": kept("finished_at"),
            "a planned return publishes nothing": kept("meta_json"),
            "a planned return of monthly credits is forgotten": kept("monthly_refunded"),
            "a planned return of addon credits is forgotten": kept("addon_refunded"),
            "a second draw of monthly credits is forgotten": kept("monthly_drawn_at_settle"),
            "a second draw of addon credits is forgotten": kept("addon_drawn_at_settle"),
        },
        _STATES,
        "pgtap/batches",
        "pgtap/settle_job",
        "pgtap/refund_job",
        "pgtap/check_integrity",
        "pgtap/raise_reservation",
    ),
    *mutants(
        "_write_raises",
        {
            "the first change of raises tells": instead("c.ordinality desc", "c.ordinality"),
            "a raise does not learn what came back": instead(
                "returned = excluded.returned", "returned = r.returned"
            ),
            "a raise that has joined another is lost": instead(
                "monthly = excluded.monthly", "monthly = r.monthly"
            ),
            "a raise that has joined another is lost, addon": instead(
                "addon = excluded.addon", "addon = r.addon"
            ),
            "a raise that has joined another is lost, packs": instead(
                "pack = excluded.pack", "pack = r.pack"
            ),
        },
        "pgtap/raise_reservation",
        "laws/test_raises.py",
        "pgtap/batches",
        "batches",
    ),
    *mutants(
        "_plan_raise",
        {
            "a raise is no part of what its job took": instead("job.raised + amount", "job.raised"),
            "a raise does not add to the cost": instead(
                "job.reserved_cost + amount", "job.reserved_cost"
            ),
            "a raise joins one that some is back of": always("last.returned = 0"),
            "a raise joins one that a revocation is younger than": always("uncollected = 0"),
            "a raise joins one of another month": always(
                "last.period_start is not distinct from raise.period_start"
            ),
            "monthly credits of a raise come back before addon ones that came first": always(
                "(raise.monthly = 0 or last.addon = last.early)"
            ),
            "perpetual credits of a raise come back after those of packs": always(
                "(raise.pack = 0 or last.addon = last.pack)"
            ),
        },
        "pgtap/raise_reservation",
        "laws/test_raises.py",
    ),
    *mutants(
        "_return_credits",
        {
            "a plain return ends nothing": kept("closing_seq"),
            "a plain return leaves the hold": kept("hold_due_at"),
            "a returned job keeps no time": kept("finished_at"),
            "a plain return publishes nothing": kept("meta_json"),
            "monthly has nothing back": kept("monthly_refunded"),
            "addon has nothing back": kept("addon_refunded"),
            "a free job that comes back writes a row": always("amount > 0", beside="_write_ledger"),
        },
        _STATES,
        "pgtap/refund_job",
        "pgtap/rollback_reservation",
    ),
    *mutants(
        "_settle_for_less",
        {
            "a plain settlement knows no month": kept("settle_period_start"),
            "a plain settlement is in time": kept("settled_late"),
            "a plain settlement answers that it is in time": instead(
                "job.state = 'expired', balance", "false, balance"
            ),
            "a plain settlement holds on": kept("hold_due_at"),
            "a plain settlement has ended": kept("closing_seq"),
            "a plain settlement keeps the figures of its part": kept("monthly_refunded"),
            "a plain settlement keeps the figures of its addon part": kept("addon_refunded"),
            "a plain settlement publishes nothing": kept("meta_json"),
            "a plain settlement returns again what went back, monthly": without(
                "- job.monthly_refunded"
            ),
            "a plain settlement returns again what went back, addon": without(
                "- job.addon_refunded"
            ),
            "a plain settlement that returns nothing writes a row": always("monthly + addon > 0"),
        },
        _STATES,
        "pgtap/settle_job",
        "laws/test_any_order.py",
    ),
    *mutants(
        "_monthly_back",
        {"a plain return begins with monthly": instead("returned - addon_drawn", "returned")},
        _STATES,
        "pgtap/settle_job",
    ),
    *mutants(
        "_write_draws",
        {
            "a draw does not know what came back": instead(
                "returned = excluded.returned", "returned = d.returned"
            ),
        },
        _STATES,
        "pgtap/refund_job",
    ),
    *mutants(
        "_write_packs",
        {
            "a reopened pack is over": kept("expires_at"),
            "a pack does not know what lapsed": kept("lapsed"),
            "a pack is as full as it was": kept("remaining"),
        },
        _ORDER,
        _STATES,
        "pgtap/refund_job",
        "pgtap/check_integrity",
    ),
    *mutants(
        "_write_purses",
        {
            "a profile does not know when its next pack ends": kept("next_pack_expiry"),
            "a profile does not know when its next hold ends": kept("next_hold_expiry"),
            "a planned change moves one bucket only": kept("addon_credits"),
            "a planned change moves the other bucket only": kept("credits_remaining"),
            "a month does not know what came back unused": kept("unused"),
            "a month does not know what it carried": kept("carried"),
            "a profile waits for what it has collected": kept("uncollected"),
        },
        _STATES,
        "pgtap/refund_job",
        "pgtap/expire_holds",
        "pgtap/expire_packs",
        "pgtap/internal",
    ),
    *mutants(
        "_move_purse",
        {
            "what moves nothing has a number": always(
                "returned.monthly <> 0 or returned.addon <> 0"
            ),
            "what lapses has no number": never(
                "returned.monthly_lapsed + returned.addon_lapsed > 0"
            ),
            "what lapses is in the new balance": instead(
                "- returned.monthly_lapsed - returned.monthly_revoked",
                "- returned.monthly_revoked",
            ),
            "what lapses of addon is in the new balance": instead(
                "- returned.addon_lapsed - returned.addon_revoked", "- returned.addon_revoked"
            ),
            "the balance before a return is that after it": instead(
                "profile.credits_remaining + profile.addon_credits; if",
                "profile.credits_remaining + profile.addon_credits"
                " + v_returned.monthly + v_returned.addon; if",
            ),
        },
        _STATES,
        "pgtap/refund_job",
    ),
)
_READING = (
    *mutants(
        "_load_purse",
        {
            "packs that nobody drew from are not there": without("draws and remaining > 0 or"),
            "packs that are empty are not there": without("or k.seq in (...)"),
            "packs of others are there": always("k.profile_id = profile.id"),
            "packs are in any order": instead("order by k.seq", "order by k.seq desc"),
            "the setting restore does nothing": always("closed_period_refund = 'lapse'"),
            "the setting lapse does nothing": never("closed_period_refund = 'lapse'"),
            "months before the latest job are not there": instead("min(s.since)", "max(s.since)"),
            "months are in any order": instead(
                "order by r.period_start", "order by r.period_start desc"
            ),
            "a job of this month is one of another": always(
                "j.period_start is distinct from profile.period_start"
            ),
            "a job of another month is one of this": never(
                "j.period_start is distinct from profile.period_start"
            ),
        },
        _STATES,
        "pgtap/internal/load_purse_reads_what_may_move.sql",
        "pgtap/refund_job",
        "pgtap/batches",
    ),
    *mutants(
        "_is_plain",
        {"a raised job is plain": always("raised = 0")},
        "pgtap/raise_reservation",
        "laws/test_raises.py",
    ),
    *mutants(
        "_is_plain",
        {
            "a job of a pack is plain": always("pack_deducted = 0"),
            "a job of another month is plain": without(
                "and period_start is not distinct from period_start"
            ),
        },
        "pgtap/refund_job",
        "pgtap/settle_job",
    ),
)
_LOCKS = (
    *mutants(
        "_lock_in_order",
        {
            "a batch keeps what it has while it waits": instead("'100ms'", "timeout"),
            "a batch waits for job ids no longer than for profiles": without(
                "perform set_config('lock_timeout', timeout, true);"
            ),
            "a batch never gives up": instead(
                "clock_timestamp() + timeout::interval", "clock_timestamp() + interval '1 hour'"
            ),
        },
        "pgtap/batches",
        _BETWEEN_SESSIONS,
    ),
    *mutants(
        "_lock_profiles",
        {
            "a batch goes on before what is overdue": instead(
                "return _bring_all_up_to_date(_lock_in_order(ids))", "return _lock_in_order(ids)"
            ),
        },
        "pgtap/batches",
        _BETWEEN_SESSIONS,
    ),
    *mutants(
        "_await_profiles",
        {
            "who waits for one profile keeps the others": without(
                "raise exception using errcode = 'PT000', message = 'the locks go back';"
            ),
            "a batch waits for a profile that is free": without("and b.id <> all (free)"),
        },
        _BETWEEN_SESSIONS,
    ),
)
PLANS = (*_EXPIRING, *_ELEMENTS, *_WRITING, *_READING, *_LOCKS)
