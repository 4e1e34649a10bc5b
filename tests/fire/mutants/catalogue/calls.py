"""Single calls, seen once more: what each stores, compares and answers, and its limits."""

from __future__ import annotations

from fire.mutants.edits import always, instead, kept, never, without, without_row
from fire.mutants.mutant import mutants

_LEDGER = (
    *mutants(
        "_write_ledger",
        {
            "a row does not say who did it": instead(
                "kind, reason, reference, actor from", "kind, reason, reference, null from"
            ),
            "a row has the time that the transaction began": instead(
                "greatest(_now(), p.changed_at)", "greatest(now(), p.changed_at)"
            ),
            "a row has one balance for both buckets": instead(
                "m.credits_remaining, m.addon_credits", "m.credits_remaining, m.credits_remaining"
            ),
        },
    ),
    *mutants(
        "_job_reason",
        {
            "a job says +0 or -0": instead("|| '0', ' 0')", "|| '0', ' ' || sign || '0')"),
        },
    ),
    *mutants("_delta_text", {"a row says +0": instead("delta > 0", "delta >= 0")}),
    *mutants(
        "_with_note", {"the note of a caller is lost": instead("reason, note)", "reason, null)")}
    ),
    *mutants(
        "_balance_row",
        {
            "the balance leaves out the addon bucket": instead(
                "monthly_balance + addon_balance", "monthly_balance"
            )
        },
    ),
)
_RESERVING = (
    *mutants(
        "reserve_credits",
        {
            "a job knows no month": instead("profile.period_start, _now()", "null, _now()"),
            "a job forgets that it drew from packs": instead("addon, from_packs", "addon, 0"),
            "a free job is numbered like a row": instead(
                "case when cost > 0 then 1 else 0 end", "1"
            ),
            "a free job writes a row": instead("if cost > 0 then", "if true then"),
            "a hold that is later hides an earlier one": instead(
                "least(next_hold_expiry, hold_expires_at)", "hold_expires_at"
            ),
            "metadata is lost": instead("coalesce(meta, '{}')", "'{}'::jsonb"),
            "a hold is never due": instead(
                "hold_expires_at, hold_expires_at, profile.period_start",
                "hold_expires_at, null, profile.period_start",
            ),
        },
    ),
    *mutants(
        "raise_reservation",
        {
            "a closed profile gives more": never("closed_at is not null"),
            "a raise of nothing looks like a deduction": instead(
                "new_balance + missing", "new_balance + cost"
            ),
            "a raise of nothing looks new": instead("missing = 0", "false"),
            "a job takes more than an amount in all": instead(
                "9007199254740991 - job.monthly_refunded - job.addon_refunded", "9007199254740991"
            ),
            "a raise tells of the first deadline": instead(
                "job.hold_due_at", "job.hold_expires_at"
            ),
        },
    ),
    *mutants(
        "extend_hold",
        {
            "a closed profile holds longer": never("closed_at is not null"),
            "an extension answers with the old deadline": without(
                "returning hold_due_at into job.hold_due_at"
            ),
            "an extension looks like a deduction": without(
                "reservation.previous_balance := reservation.new_balance;"
            ),
        },
    ),
    *mutants(
        "_lock_job",
        {
            "the profile that is given does not count": instead(
                "coalesce(j.profile_id = profile_id, true)", "true"
            ),
        },
    ),
)
_CREATING = (
    *mutants(
        "open_profile",
        {"a profile is opened with other addon credits": never("addon_delta <> addon_credits")},
    ),
    *mutants(
        "grant_addon",
        {
            "a later pack hides an earlier one": instead(
                "least(next_pack_expiry, expires_at)", "expires_at"
            ),
            "all packs are paid": instead(
                "expires_at, kind, priority);",
                "expires_at, 'paid', priority);",
                beside="insert into credits.packs",
            ),
            "no pack has a priority": instead(
                "expires_at, kind, priority);",
                "expires_at, kind, 0);",
                beside="insert into credits.packs",
            ),
        },
    ),
    *mutants(
        "_grant_reason",
        {"a grant forgets why": instead("(amount)), note)", "(amount)), null)")},
        "pgtap/grant_addon",
    ),
    *mutants(
        "_check_same_grant",
        {
            "the same reference for another kind": without_row("2, 'kind'"),
            "the same reference for another priority": without_row("3, 'priority'"),
        },
        "pgtap/grant_addon",
    ),
    *mutants(
        "_room",
        {"the addon bucket has no cap": instead("- greatest(addon, 0)", "")},
        "pgtap/grant_addon",
    ),
    *mutants(
        "_check_grant",
        {
            "a closed profile is granted credits": never("closed_at is not null"),
            "a pack that ends at this instant is granted": instead(
                "expires_at <= _now()", "expires_at < _now()"
            ),
        },
    ),
)
_CORRECTING = (
    *mutants(
        "adjust_credits",
        {
            "an adjustment leaves the packs full": never("addon_delta < 0"),
            "a closed profile is adjusted upwards": never("closed_at is not null"),
            "a closed profile is not adjusted at all": instead("monthly_delta > 0 or", "true or"),
            "a closed profile changes one bucket into the other": instead(
                "monthly_delta > 0 or", "monthly_delta + addon_delta > 0 or"
            ),
            "a closed profile gets more than it owes": instead(
                "greatest(-_perpetual_rest(profile), 0)", "9007199254740991"
            ),
            "a closed profile cannot pay what it owes": instead(
                "greatest(-_perpetual_rest(profile), 0)", "0"
            ),
            "an adjustment has no key": instead("adjustment_id, actor);", "null, actor);"),
        },
    ),
    *mutants(
        "_check_adjustment",
        {
            "an adjustment fills the monthly bucket above its cap": never("monthly_delta > 0"),
            "an adjustment fills the addon bucket above its cap": never("addon_delta > 0"),
            "an adjustment by hand may not use the overdraft": instead(
                "> addon_credits + overdraft_limit", "> addon_credits"
            ),
        },
    ),
    *mutants(
        "set_overdraft_limit",
        {
            "a limit below the debt": never("-rest > overdraft_limit"),
            "packs pay the debt": instead("_perpetual_rest(profile)", "profile.addon_credits"),
            "a limit of exactly the debt is refused": instead(
                "-rest > overdraft_limit", "-rest >= overdraft_limit"
            ),
            "a closed profile gets another limit": never("closed_at is not null"),
            "the same limit again writes a row": never("overdraft_limit = overdraft_limit"),
        },
    ),
    *mutants(
        "close_profile",
        {
            "a profile is closed twice": never("closed_at is not null"),
            "a second close is answered with any row": always("kind = 'close'"),
            "a closed profile is open": kept("p.closed_at"),
        },
    ),
    *mutants(
        "_plan_renewal",
        {"a closed profile begins a month": never("closed_at is not null")},
    ),
    *mutants(
        "renew_monthly",
        {
            "the same month with another cap is a replay": always("rollover_cap = rollover_cap"),
            "a profile does not know its month": kept("period_start"),
            "a month forgets what was unused": instead(
                "credits_remaining, carried, row.seq", "carried, carried, row.seq"
            ),
        },
    ),
    *mutants(
        "_check_allowance",
        {
            "what is carried makes no difference to the cap of the bucket": instead(
                "_room(carried,", "_room(0,"
            ),
        },
    ),
    *mutants(
        "_renewal_row",
        {
            "a renewal that is replayed tells what came back since": instead(
                "row.carried := monthly_balance - allowance", "row.carried := v_renewal.carried"
            ),
        },
    ),
)
_SWEEPING = (
    *mutants(
        "expire_holds",
        {
            "a sweeper begins with the newest": instead(
                "order by hold_due_at, id loop", "order by hold_due_at desc, id loop"
            ),
            "a hold that is due at this instant is left": instead(
                "hold_due_at <= now order", "hold_due_at < now order"
            ),
            "a swept hold looks like a replay": instead("c.returned, false)", "c.returned, true)"),
        },
    ),
    *mutants(
        "expire_packs",
        {
            "what lapsed of a hold is left out": without("or monthly_lapsed + addon_lapsed > 0"),
            "everything since is a lapse": always("kind = 'lapse'"),
            "a pack that ends at this instant is left by the sweeper": instead(
                "expires_at <= now order", "expires_at < now order"
            ),
        },
    ),
    *mutants(
        "_expire",
        {
            "a lapsed pack is full": kept("remaining"),
            "a profile expects a hold that is over": kept("next_hold_expiry"),
            "a profile expects a pack that is over": kept("next_pack_expiry"),
        },
    ),
)
_READING = (
    *mutants(
        "get_balance",
        {
            "overdue packs can be spent in a read-only transaction": instead(
                "addon_credits - overdue", "addon_credits"
            ),
            "what is overdue is held": always("hold_due_at > now", beside="into read"),
            "what is held is not posted": instead("available + held", "available"),
            "the balance is not brought up to date": never(
                "least(next_hold_expiry, next_pack_expiry) <= now"
            ),
        },
    ),
    *mutants(
        "get_statement",
        {
            "a statement begins with the oldest": instead("order by seq desc", "order by seq"),
            "a page has no end": without("limit page_size"),
        },
    ),
    *mutants(
        "explain_job",
        {
            "anybody's job is explained": always("profile_id = coalesce(profile_id, profile_id)"),
            "what lapses leaves the job": instead(
                "in ('lapse', 'revoke', 'repair')", "in ('revoke', 'repair')"
            ),
        },
    ),
)
_GUARDS = (
    *mutants(
        "_check_text",
        {
            "255 characters are too many": instead("length(value) > 255", "length(value) >= 255"),
            "no text is a text": never("value is null"),
        },
    ),
    *mutants(
        "_check_interval",
        {
            "a hold for no time at all": instead("<= 0", "< 0"),
            "365 days are too many": instead("> 365 * 86400", ">= 365 * 86400"),
            "no time is a time": never("value is null"),
        },
    ),
    *mutants(
        "_check_metadata",
        {"the largest metadata is refused": instead("> maximum_bytes", ">= maximum_bytes")},
    ),
    *mutants("_check_option", {"no option is an option": never("value is null")}),
    *mutants(
        "_refuse_draw",
        {"a refusal tells of more than there is": instead("required - shortfall", "required")},
    ),
)

CALLS = (*_LEDGER, *_RESERVING, *_CREATING, *_CORRECTING, *_SWEEPING, *_READING, *_GUARDS)
