"""Buckets, packs, months and the ledger: where credits are, and what is said of it."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, without
from fire.mutants.mutant import mutants

_RAISES = ("pgtap/raise_reservation", "laws/test_raises.py")
_EARLY = ("pgtap/reserve_credits", "pgtap/refund_job", "laws/test_raises.py")

# Field: "refund to the wrong bucket", "credits lost", "second commit of one hold".
_SPLIT = (
    *mutants(
        "_split_deduction",
        {
            "addon is spent first": instead(
                "greatest(cost - early, 0)), least", "greatest(0, cost - addon_credits)), least"
            ),
            "more than the monthly bucket has": instead(
                "least(credits_remaining,", "greatest(credits_remaining,"
            ),
        },
    ),
    *mutants(
        "_split_deduction",
        {"no overdraft": instead("addon_credits + overdraft_limit", "addon_credits")},
    ),
    *mutants(
        "_split_return",
        {
            "monthly comes back first": instead(
                "reverse cardinality(back)..1", "1..cardinality(back)"
            )
        },
    ),
    *mutants(
        "_give_back",
        {
            "a refund all to monthly": (
                instead("returned.monthly + monthly", "amount"),
                instead("returned.addon + addon", "0"),
            ),
            "the first draw comes back first": instead(
                "reverse cardinality(back)..1", "1..cardinality(back)"
            ),
            "each draw gives back all that is asked for": without(
                "left := left - monthly - addon;"
            ),
        },
    ),
    *mutants(
        "_give_back",
        {
            "a raise does not know what came back of it": instead(
                ".returned + monthly + addon", ".returned"
            ),
        },
        *_RAISES,
    ),
    *mutants(
        "_held_by_draw",
        {
            "what is back already comes back again": instead(
                "monthly_deducted - monthly_refunded", "monthly_deducted"
            ),
            "what is back already comes back again, addon": instead(
                "addon_deducted - addon_refunded", "addon_deducted"
            ),
            "the second draw is forgotten": never(
                "monthly_drawn_at_settle + addon_drawn_at_settle > 0"
            ),
            "what came back since it settled is of no draw": instead(
                "draw.returned := job.monthly_refunded + job.addon_refunded", "draw.returned := 0"
            ),
        },
    ),
    *mutants(
        "_held_by_draw",
        {
            "what a raise drew of addon credits is of the reservation, too": without(
                "addon := addon - draw.addon;"
            ),
            "what settling drew from packs is of a raise": instead(
                "2 + coalesce(cardinality(raises), 0)", "2"
            ),
        },
        *_RAISES,
    ),
    # Field: "a trial pack lapsed while the month was spent".
    *mutants(
        "_is_early",
        {
            "every pack is spent before the month": instead("priority < 0", "true"),
            "a pack of the usual priority is early": instead("priority < 0", "priority <= 0"),
            "no pack is early": instead("priority < 0", "false"),
        },
        *_EARLY,
    ),
    *mutants(
        "_split_deduction",
        {
            "early packs save the month nothing": instead("cost - early", "cost"),
            "early packs pay twice": instead("least(cost, early)", "early"),
            "early packs pay only where the month is empty": instead("least(cost, early)", "0"),
        },
        *_EARLY,
    ),
    *mutants(
        "reserve_credits",
        {"a reservation looks for no early pack": never("profile.early_packs")},
        *_EARLY,
    ),
    *mutants(
        "_draw_credits",
        {"a planned draw looks for no early pack": never("profile.early_packs")},
        *_EARLY,
    ),
    *mutants(
        "_left_in_early_packs",
        {"all packs are early": without("and credits._is_early(k.priority)")},
        *_EARLY,
    ),
    *mutants(
        "_draw_packs",
        {"a draw from an early pack forgets that": instead("_is_early(pack.priority)", "false")},
        *_EARLY,
    ),
    *mutants(
        "_give_back",
        {
            "an early pack gets its credits back before the month": instead(
                "array[draw.early, draw.monthly, draw.addon - draw.early]",
                "array[draw.monthly, draw.early, draw.addon - draw.early]",
            ),
        },
        *_EARLY,
    ),
    *mutants(
        "_held_by_draw",
        {
            "what any draw took from early packs is of the first": instead(
                "filter (where d.draw = 1)", "filter (where true)"
            ),
            "settling drew nothing from early packs": instead(
                "draw.early := early_settled", "draw.early := 0"
            ),
            "what an early pack got back of a raise is the month's": instead(
                "draw.monthly := draw.monthly - back[2]",
                "draw.monthly := draw.monthly - back[1] - back[2]",
            ),
        },
        *_EARLY,
    ),
    *mutants(
        "_plan_raise",
        {
            "a raise joins one whose month was spent before its early pack": without(
                "and (raise.early = 0 or last.monthly = 0)"
            ),
        },
        *_RAISES,
    ),
    *mutants(
        "grant_addon",
        {
            "a profile does not learn of its early pack": instead(
                "early_packs or _is_early(priority)", "early_packs"
            )
        },
        *_EARLY,
    ),
    *mutants(
        "_grant_together",
        {
            "a batch does not tell profiles of their early packs": instead(
                "early_packs = true", "early_packs = false"
            )
        },
        "pgtap/batches",
    ),
    *mutants(
        "_move_pack",
        {
            "a moved pack is not early any more": instead(
                "early_packs or _is_early(pack.priority)", "early_packs"
            )
        },
        "pgtap/move_credits",
    ),
    *mutants(
        "settle_job",
        {
            "the surplus of a settled job goes nowhere": instead(
                "monthly_refunded - returned.monthly", "monthly_refunded"
            ),
            "a settled job forgets its shortfall": instead(
                "job.shortfall := split.shortfall", "job.shortfall := 0"
            ),
            "reject takes what is there": never("overage = 'reject'", beside="split.shortfall > 0"),
            "settling draws the whole cost again": instead("cost - held", "cost"),
        },
    ),
)
_PACKS = (
    *mutants(
        "_draw_packs",
        {
            "the pack that ends last burns first": instead(
                "order by priority, expires_at", "order by priority, expires_at desc"
            ),
            "priority does not count": instead(
                "order by priority, expires_at", "order by expires_at, priority"
            ),
            "a draw leaves the pack as it was": without(
                "packs[pack.ordinality].remaining := pack.remaining - taken;"
            ),
        },
    ),
    *mutants(
        "_stays_closed",
        {
            "a promo pack is reopened": instead("(pack).kind = 'promo'", "false"),
            "a paid pack lapses": instead("(pack).kind = 'promo'", "true"),
        },
    ),
    *mutants(
        "_fill_pack",
        {
            "a reopened pack ends at once": instead("_later(at, time_left)", "at"),
        },
    ),
    *mutants(
        "_return_to_packs",
        {
            "packs come back before what is perpetual": (
                instead("left bigint := amount - outstanding", "left bigint := amount"),
                without("left := left + draw.amount - draw.returned;"),
            ),
            "the first pack comes back first": instead(
                "reverse cardinality(draws)..1", "1..cardinality(draws)"
            ),
        },
    ),
    *mutants("grant_addon", {"a profile forgets its pack": kept("next_pack_expiry")}),
)
_MONTHS = (
    *mutants(
        "renew_monthly",
        {
            "a renewal adds instead of sets": instead(
                "new_balance - previous_balance", "allowance"
            ),
            "all of the rest is carried over": instead(
                "least(credits_remaining, rollover_cap)", "credits_remaining"
            ),
        },
    ),
    *mutants(
        "_plan_renewal",
        {"a month of the past begins": never("profile.period_start > period_start")},
        "pgtap/renew_monthly",
    ),
    *mutants(
        "_return_to_period",
        {
            "a closed month takes credits back under lapse": instead("amount - stays", "0::bigint"),
            "a second return finds the same room": without(
                "renewals[place].unused := renewal.unused + stays;"
            ),
        },
    ),
)
_ALLOWANCES = (
    *mutants(
        "change_allowance",
        {
            "a change of plan is made twice": never("found", beside="_check_same_change"),
            "the allowance of a month that is over changes": never(
                "renewal.period_start <> profile.period_start"
            ),
            "a closed profile gets a higher allowance": never(
                "closed_at is not null and allowance > renewal.allowance"
            ),
            "going down and up again fills the month": without("v_moved := v_moved - v_paid;"),
            "what was paid is owed again": without("v_renewal.owed := v_renewal.owed - v_paid;"),
            "earlier revocations take what a lower allowance took": instead(
                "v_raised - (v_after.amount - v_before.amount) - v_moved", "0"
            ),
            "what was spent of a lowered allowance is forgotten": without(
                "v_renewal.owed := v_renewal.owed + greatest(...);"
            ),
            "a raised allowance goes past the cap": without("perform _check_room(...);"),
            "the month keeps its allowance": instead(
                "set allowance = v_renewal.allowance,", "set allowance = r.allowance,"
            ),
            "a profile does not know what is owed": without(
                "perform _write_uncollected(v_profile.id);"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_raise_allowance",
        {
            "revocations get nothing of a raised allowance": instead(
                "(_pass_on(source, part, (profile).seq + 1)).collected", "part.collected"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_lower_allowance",
        {
            "what revocations took is taken again": without(
                "v_lowered := v_lowered - v_collected;"
            ),
            "the oldest revocation gives way": instead(
                "order by r.opened_seq desc", "order by r.opened_seq"
            ),
            "a dispute that was won gives back what is no longer there": without(
                "v_revocation.collected := v_revocation.collected - v_collected;"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_check_same_change",
        {
            "another month under a reference passes": never("change.period_start <> period_start"),
            "another allowance under a reference passes": never("change.allowance <> allowance"),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_revocable_renewal",
        {
            "a later month that owes has its allowance in the bucket": never("v_month.owed > 0"),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_revocable_renewal",
        {
            "jobs hold nothing of later months": instead("greatest(v_newer, 0) + v_held", "v_held"),
        },
        "pgtap/refund_job",
    ),
    *mutants(
        "_pay_owed",
        {
            "a dispute that was won fills a month that owes": instead("return v_paid", "return 0"),
            "what a won dispute paid is owed again": instead(
                "owed = r.owed - v_paid", "owed = r.owed"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_begun_renewal",
        {
            "a renewal is compared with the plan of today": instead(
                "coalesce((...), renewal.allowance)", "renewal.allowance"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_load_claims",
        {
            "what is owed waits for no job": never("r.owed > 0"),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_collect_returned",
        {
            "a batch goes on giving to a revocation that is complete": without(
                "continue when lacks = 0;"
            )
        },
        "pgtap/batches",
    ),
    # What is not there cannot be read.
    *mutants(
        "list_jobs",
        {
            "a page of jobs begins with the one before": instead("id) < (", "id) <= ("),
            "jobs of every state are listed": without("and (state is null or j.state = state)"),
        },
    ),
    *mutants(
        "list_profiles",
        {
            "a page of profiles begins with the one before": without(
                "and p.id is distinct from after_profile_id"
            ),
            "all pages of profiles are the first": instead(
                "coalesce(after_profile_id", "coalesce(null::uuid"
            ),
            "the first id that there can be is left out": instead(
                "p.id >= coalesce", "p.id > coalesce"
            ),
            "profiles come in the order in which they changed": instead(
                "order by p.id", "order by p.changed_at, p.id"
            ),
        },
    ),
    *mutants(
        "_overdue_credits",
        {
            "what expires later is left out, too": without("and k.expires_at <= at"),
            "overdue packs of anybody are left out": without("k.profile_id = (profile).id and"),
            "overdue packs can be spent, says who does not write": never(
                "(profile).next_pack_expiry <= at"
            ),
        },
        "pgtap/list_profiles",
    ),
    *mutants("list_grants", {"a page of grants begins with the one before": instead("<", "<=")}),
    *mutants(
        "get_profile",
        {
            "packs that are empty count": without("and k.remaining > 0"),
            "jobs that are no holds count": without("and j.hold_due_at is not null"),
            "each limit leaves nothing": always("l.spent >= l.amount"),
            "a limit never begins anew": instead(
                "cross join lateral _roll_limit(i, _now(), 0) l",
                "cross join lateral (select i.*) l",
            ),
        },
    ),
    *mutants(
        "_preview_reservation",
        {
            "a preview overlooks what is overdue": never(
                "least(profile.next_hold_expiry, profile.next_pack_expiry) <= now"
            ),
            "a preview overlooks packs": instead("draws => true", "draws => false"),
        },
        "pgtap/preview_reserve",
    ),
    *mutants(
        "_collect_returned",
        {
            "what is owed is paid by jobs of other months": instead(
                "or revocation.revocation_id is null", "or false"
            ),
            "revocations of other months take what a month owes": instead(
                "least(v_newer + v_owed, v_stayed)", "v_newer"
            ),
        },
        "pgtap/change_allowance",
    ),
    *mutants(
        "_write_purses",
        {
            "what was paid is owed for ever": instead(
                "set owed = (w.revocation).amount"
                " - (w.revocation).collected - (w.revocation).lapsed",
                "set owed = r.owed",
            ),
        },
        "pgtap/change_allowance",
    ),
)
_REVOCATIONS = (
    *mutants(
        "revoke_grant",
        {
            "a revocation takes from other grants": instead(
                "greatest(_perpetual_rest(profile), 0)", "(profile).addon_credits"
            ),
            "a refund is taken twice": never("revocation.seq is not null"),
            "the same refund with another amount is taken for a replay": never(
                "revocation.requested is distinct from requested"
            ),
            "more is taken than the other revocations left": instead(
                "source.amount - others.amount", "source.amount"
            ),
        },
        "pgtap/revoke_grant",
    ),
    *mutants(
        "reinstate_grant",
        {
            "a grant is reinstated twice": never("ended_at is not null"),
            "a dispute that was won gives less back": instead(
                "v_back := v_revocation.collected", "v_back := 0"
            ),
        },
        "pgtap/reinstate_grant",
    ),
    *mutants(
        "_pass_on",
        {
            "nobody gets what another revocation leaves": instead("revocation.amount = 0", "true"),
            "without an amount nothing more is taken": instead(
                "coalesce(v_other.requested, (source).amount)",
                "coalesce(v_other.requested, v_other.amount)",
            ),
            "the newest gets it first": instead(
                "order by r.opened_seq", "order by r.opened_seq desc"
            ),
            "one that has ended gets it": never("r.ended_at is null"),
            "what had lapsed is passed on as spent": without(
                "v_other.lapsed := v_other.lapsed + v_lapsed;"
            ),
            "what was there is passed on as spent": instead(
                "v_other.collected + v_collected + v_more", "v_other.collected + v_more"
            ),
            "what a later one found spent comes back": never(
                "v_other.opened_seq > v_revocation.opened_seq"
            ),
            "what was granted later pays for an earlier one": always(
                "v_other.opened_seq > v_revocation.opened_seq"
            ),
            "a pack pays for other grants": always("(source).pack_expires_at is null"),
            "the pack's time is not passed on": without(
                "v_other.time_left := greatest(v_other.time_left, v_revocation.time_left);"
            ),
        },
        "pgtap/reinstate_grant",
    ),
    *mutants(
        "revoke_renewal",
        {
            "an earlier month takes the allowance of a later one": instead(
                "v_newer := v_newer + v_month.kept", "v_newer := 0"
            ),
            "a later month that is revoked too keeps its allowance": instead(
                "r.allowance - coalesce(v.amount, 0) as kept", "r.allowance as kept"
            ),
            "what no rollover kept counts as spent": instead("source.lapsed + left - carried", "0"),
            "what lapsed is there to take": instead(
                "source.amount - source.lapsed", "source.amount"
            ),
            "what came back later is not there": instead(
                "least(v_source.amount - v_source.lapsed, greatest(-v_newer, 0))",
                "least(v_left, greatest(-v_newer, 0))",
            ),
        },
        "pgtap/revoke_renewal",
    ),
    *mutants(
        "_collect_returned",
        {
            "what was drawn after the revocation goes to it too": never(
                "revocation.opened_seq <= drawn_seq"
            ),
            "a month gets nothing of what a rollover brought": instead(
                "least(v_revocation.newer_outstanding, greatest(v_stayed - v_owed, 0))",
                "v_stayed",
            ),
            "later months get the same back twice": without(
                "v_revocation.newer_outstanding := v_revocation.newer_outstanding - v_newer;"
            ),
            "what lapses of another month was the revoked one's": instead(
                "claim.period_start is not distinct from period_start", "true"
            ),
        },
        "pgtap/refund_job",
    ),
    *mutants(
        "_load_claims",
        {
            "the newest revocation is served first": instead(
                "order by c.opened_seq nulls", "order by c.opened_seq desc nulls"
            ),
        },
        "pgtap/refund_job",
    ),
    *mutants(
        "_load_purse",
        {
            "what jobs return goes to nobody who waits": never(
                "uncollected > 0", beside="purse.claims"
            ),
        },
        "pgtap/refund_job",
    ),
    *mutants(
        "_revoke_returned",
        {
            "a pack keeps what went to its revocation": without(
                "packs[_place_of_pack(...)].remaining := pack.remaining - collected.collected;"
            ),
        },
        "pgtap/refund_job",
    ),
    *mutants(
        "_is_plain",
        {"a return passes revocations by": always("uncollected = 0")},
        "pgtap/refund_job",
    ),
    *mutants(
        "_plan_returns",
        {"a batch passes revocations by": always("uncollected = 0")},
        "pgtap/batches",
    ),
    *mutants(
        "grant_addon",
        {
            "one payment is granted to two profiles": never("is_exclusive and exists (...)"),
        },
        "pgtap/grant_addon",
        "concurrency/test_one_payment_two_profiles.py",
    ),
    *mutants(
        "_write_grant",
        {"two profiles are granted one payment at once": instead("ts, is_exclusive", "ts, false")},
        "concurrency/test_one_payment_two_profiles.py",
    ),
)
_LEDGER = (
    *mutants(
        "_write_ledger",
        {
            "the ledger forgets the addon part": instead(
                "addon_delta, credits_remaining", "0, credits_remaining"
            ),
            "the bucket does not move": kept("credits_remaining"),
            "a gap in seq": instead("seq + 1", "seq + 2"),
            "ts descends with the clock": instead("greatest(_now(), p.changed_at)", "_now()"),
        },
    ),
    *mutants(
        "ledger_append_only",
        {
            "history can be changed": instead("before update or delete on", "before delete on"),
            "a replica changes history": instead(
                "enable always trigger ledger_refuse_change", "enable trigger ledger_refuse_change"
            ),
            "history is truncated": instead(
                "enable always trigger ledger_refuse_truncate",
                "disable trigger ledger_refuse_truncate",
            ),
        },
        "pgtap/schema",
    ),
)

BUCKETS = (*_SPLIT, *_PACKS, *_MONTHS, *_ALLOWANCES, *_REVOCATIONS, *_LEDGER)
