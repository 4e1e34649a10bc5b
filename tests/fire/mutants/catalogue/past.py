"""The books and the previous application, seen once more: what is found, imported and repaired."""

from __future__ import annotations

from fire.mutants.edits import Edit, always, instead, never, without, without_row
from fire.mutants.mutant import mutants

_FAULTS = {
    "_record_faults": (
        "grant is recorded with its reference",
        "grant is recorded with its amount",
        "pack has the amount of its grant",
        "successor took what was moved",
        "monthly credits went where the move says",
    ),
    "_find_ledger_faults": (
        "ledger seq has no gap",
        "ledger ts never descends",
        "ledger monthly balance is the previous one plus the delta",
        "ledger addon balance is the previous one plus the delta",
    ),
    "_find_job_faults": (
        "ledger row names a job of its profile",
        "job holds the monthly credits its ledger rows took",
        "job was raised by what its raises drew",
        "raises drew the monthly credits their ledger rows took",
        "raises drew the addon credits their ledger rows took",
        "raises hold no more monthly credits than their job",
        "raises hold no more addon credits than their job",
        "job drew from packs what its draws say",
        "job holds the pack credits of its draws",
        "meta_json publishes the cost",
        "meta_json publishes the monthly deduction",
        "meta_json publishes the addon deduction",
        "meta_json publishes the monthly refund",
        "meta_json publishes the addon refund",
    ),
}
_ROWS = {
    "_find_ledger_faults": (
        "profile seq is the newest ledger row",
        "monthly bucket is the newest ledger balance",
        "addon bucket is the newest ledger balance",
    ),
    "_find_pack_faults": (
        "addon bucket covers its packs",
        "profile knows its next pack expiry",
        "profile knows its next hold expiry",
    ),
    "_find_revocation_faults": (
        "no more is collected of months than the ledger took",
        "no more is collected of grants than the ledger took",
    ),
    "_find_move_faults": (
        "moved profile is closed",
        "moved profile keeps nothing",
        "move has its ledger row",
    ),
    "_find_import_faults": (
        "first ledger row carries what was imported",
        "imported history has all of its rows",
    ),
}


def _without_fault(rule: str) -> Edit:
    return instead(f"credits._fault({rule}, ...)", "null::credits._fault")


# Jobs that have nothing to do with raises and packs are passed over; these have.
_PASSED_OVER = mutants(
    "_find_job_faults",
    {
        "a job that says it was raised": without("raised <> 0 or"),
        "raises that their job does not know": without("or raised_monthly is not null"),
        "ledger rows of raises that are not there": without("or raise_monthly is not null"),
        "a job that says it drew from packs": without("pack_deducted <> 0 or"),
        "draws that their job does not know": without("or pack is not null"),
        "a job that got back to its addon bucket alone": without(
            "or addon_refunded <> coalesce(addon_back, 0)"
        ),
        "what an imported job got back before": always("breakdown_source is null"),
    },
    "pgtap/check_integrity",
)
_AROUND_JOBS = (
    *mutants(
        "_record_faults",
        {"a grant without its record is not found": instead("f.rule is not null", "f is not null")},
        "pgtap/check_integrity",
    ),
    *mutants(
        "_return_faults",
        {
            "a job that got back less than its rows gave": instead(
                "or refunded < back and not settled", ""
            ),
            "a settled job got back what its rows gave": instead("not settled", "true"),
            "a settled job that got back too much": instead(
                "refunded > back", "refunded > back and not settled"
            ),
            "what came back to the monthly bucket": without_row("'monthly'"),
            "what came back to the addon bucket": without_row("'addon'"),
        },
        "pgtap/check_integrity",
    ),
    *mutants(
        "_book_of_jobs",
        {
            "what settling gave back is a refund": instead(
                "addon_delta > 0 and kind <> 'settle'", "addon_delta > 0"
            ),
        },
        "pgtap/check_integrity",
    ),
    *mutants(
        "_find_pack_faults",
        {
            "a pack that has more than is left is not found": never(
                "remaining > amount - lapsed - held"
            ),
            "what lapsed of a pack can be there": instead(
                "remaining > amount - lapsed - held", "remaining > amount - held"
            ),
        },
        "pgtap/check_integrity",
    ),
)
_RULES = tuple(
    mutant
    for edit, places in ((_without_fault, _FAULTS), (without_row, _ROWS))
    for name, rules in places.items()
    for rule in rules
    for mutant in mutants(
        name, {f"not checked: {rule}": edit(f"'{rule}'")}, "pgtap/check_integrity"
    )
)
_PIECES = (
    *mutants(
        "_page_to_check",
        {
            "a piece goes on when it has enough": instead(
                "looked_at + entries >= batch_size", "looked_at + entries > batch_size"
            ),
            "a profile that is looked at counts nothing": instead(
                "looked_at + entries >= batch_size", "entries >= batch_size"
            ),
            "who has not changed is checked": always("v_profile.changed"),
            "who does not say when it changed never did": instead(
                "coalesce(changed_at, created_at)", "changed_at"
            ),
            "a change of that very moment is left out": instead(
                ">= coalesce(changed_since", "> coalesce(changed_since"
            ),
        },
        "pgtap/check_profiles",
    ),
    *mutants(
        "check_profiles",
        {
            "a piece of any size": without(
                "perform _check_amount('batch_size', batch_size, 1, 1000000);"
            ),
            "a piece without findings is not even empty": instead("'[]'", "null"),
            "all pieces are the first": instead("after_id, batch_size", "null, batch_size"),
        },
        "pgtap/check_profiles",
    ),
)
_BOOKS = mutants(
    "check_integrity",
    {
        "an imported job is compared with its rows alone": instead(
            "+ coalesce(monthly_held_at_import, 0)", ""
        ),
        "an imported job is compared with its rows alone, addon": instead(
            "+ coalesce(addon_held_at_import, 0)", ""
        ),
        "a draw of a job that is not there is sound": instead(
            "d.profile_id is distinct from (... d.job_id)", "false"
        ),
        "a raise of a job that is not there is sound": instead(
            "r.profile_id is distinct from (... r.job_id)", "false"
        ),
        "a raise drew anything from packs": instead("coalesce(d.amount, 0), r.pack", "0, 0"),
        "a raise drew anything from early packs": instead("coalesce(d.early, 0), r.early", "0, 0"),
        "any profile may have early packs": always("early_packs or not k.early"),
        "any pack may be early": without("and d.early <> credits._is_early(k.priority)"),
        "a profile is in any period": never("period_start is distinct from r.period_start"),
        "any row is the row of a renewal": never("kind is distinct from kinds"),
        "debt is a fault of the packs": instead(
            "addon_credits + overdraft_limit >= remaining", "addon_credits >= remaining"
        ),
    },
    "pgtap/check_integrity",
)
_IMPORT = (
    *mutants(
        "import_profile",
        {
            "debt of the monthly bucket is forgotten": instead("+ least(monthly, 0)", ""),
            "imported debt has no limit": instead("greatest(-addon, 0), _now()", "0, _now()"),
            "an imported bucket is below zero": instead(
                "greatest(monthly, 0), addon,", "monthly, addon,"
            ),
            "a history of any size": without("perform _check_legacy_sum(history);"),
        },
    ),
    *mutants(
        "_import_row",
        {
            "the import of an opened profile is a replay": instead(
                "if not found then", "if false then"
            ),
            "an import carries no debt": instead("greatest(-addon_delta, 0)", "0"),
        },
    ),
    *mutants("_legacy_credits", {"half a credit counts": instead("trunc(", "ceil(")}),
    *mutants(
        "_legacy_amount",
        {"an amount above the cap is read": always("value::numeric <= 9007199254740991")},
    ),
    *mutants(
        "_write_legacy_jobs",
        {
            "what an imported job gave back was monthly": instead(
                "refunded - least(refunded, addon) as monthly_back,"
                " least(j.refunded, j.addon) as addon_back",
                "least(j.refunded, j.monthly) as monthly_back,"
                " j.refunded - least(j.refunded, j.monthly) as addon_back",
            ),
            "a refunded job is imported as reserved": instead(
                "cost > 0 and refunded = cost as ended", "false as ended"
            ),
            "a job that gave a part back is imported as refunded": instead(
                "refunded = cost as ended", "refunded > 0 as ended"
            ),
            "an imported job keeps the old copy of its refund": without(
                "- array['credits_refunded', 'monthly_refunded', 'addon_refunded']"
            ),
            "a job that is known is imported over": never("written < jobs"),
        },
    ),
    *mutants(
        "_legacy_jobs",
        {
            "a job is imported twice": instead("distinct on (j.id::uuid)", ""),
            "a job that was not marked as deducted took credits": always(
                "lower(j.meta_json ->> 'credits_deducted') = 'true'"
            ),
            "a split that does not add up is believed": instead(
                "when j.monthly + j.addon = j.deducted then j.addon else",
                "when true then j.addon else",
            ),
            "more came back than was taken": instead(
                "least(coalesce(refunded, 0), cost)", "coalesce(refunded, 0)"
            ),
            "a guess is called a fact": instead("'assumed_monthly'", "'ledger'"),
        },
    ),
    *mutants(
        "_legacy_history",
        {
            "rows without a time come last": instead(
                "order by ts nulls first", "order by ts nulls last"
            ),
            "rows of the same time are turned around": instead(
                "nulls first, place", "nulls first, place desc"
            ),
            "a split of the metadata need not add up": instead(
                "n.kind = 'deduct' and j.monthly + j.addon = -n.delta", "n.kind = 'deduct'"
            ),
            "a split of the reason need not add up": instead(
                "in ('deduct', 'refund') and r.monthly + r.addon = abs(n.delta)",
                "in ('deduct', 'refund')",
            ),
            "the ledger wins over the metadata": instead(
                "coalesce(addon_of_meta, addon_of_reason)",
                "coalesce(addon_of_reason, addon_of_meta)",
            ),
            "a refund before the deduction is of that job": instead(
                "over (partition by job_id order by position)", "over (partition by job_id)"
            ),
        },
    ),
    *mutants(
        "_legacy_kind",
        {
            "a row without time did something": never("not has_time"),
            "a refund that takes": instead(
                "in ('refund', 'reset_to', 'open') and delta >= 0",
                "in ('refund', 'reset_to', 'open')",
            ),
            "a deduction that gives": instead("kind = 'deduct' and delta <= 0", "kind = 'deduct'"),
        },
    ),
    *mutants(
        "_legacy_damage",
        {
            f"not reported: {kind}": without_row(f"'{kind}'")
            for kind in (
                "null_balance",
                "negative_balance",
                "history_truncated",
                "balance_mismatch",
                "entry_unknown",
                "job_missing",
            )
        },
    ),
    *mutants(
        "_legacy_job_damage",
        {
            f"not reported: {kind}": without_row(f"'{kind}'")
            for kind in (
                "meta_missing",
                "cost_mismatch",
                "deduction_missing",
                "duplicate_deduction",
                "duplicate_refund",
                "partial_refund",
            )
        },
    ),
)
_REPAIR = (
    *mutants(
        "repair_refunds",
        {
            "a repair takes more than the month has": instead(
                "least(monthly_gained_at_least, credits_remaining)", "monthly_gained_at_least"
            ),
            "a refund that lost nothing is repaired": instead(
                "addon_lost_at_least > 0", "addon_lost_at_least >= 0"
            ),
            "a trial run repairs each refund from the same balance": (
                without("profile.credits_remaining := profile.credits_remaining - taken;"),
            ),
        },
    ),
    *mutants(
        "_recompute_legacy",
        {
            "a new bucket of bought credits is lost": never("entry.kind = 'addon'"),
            "a part that came back is held, addon": instead(
                "held_addon[job] - part;", "held_addon[job];"
            ),
        },
    ),
    *mutants(
        "_audit_profile",
        {
            "more was gained than was lost": instead(
                "least(at_least, gained_at_least", "least(gained_at_least, gained_at_least"
            ),
            "more was lost than was misplaced": instead(
                "least(misplaced_at_least, lost_at_least", "least(lost_at_least, lost_at_least"
            ),
        },
    ),
)

PAST = (*_RULES, *_PASSED_OVER, *_AROUND_JOBS, *_PIECES, *_BOOKS, *_IMPORT, *_REPAIR)
