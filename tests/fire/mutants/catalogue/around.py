"""What comes in, who may do what, the books, the past, the client, and what it costs."""

from __future__ import annotations

from fire.mutants.edits import (
    always,
    granted,
    instead,
    left_out,
    never,
    not_refused,
    without,
    without_row,
)
from fire.mutants.mutant import mutants
from fire.mutants.places import constraint, index, python, table

# Field: a negative amount minted credits, and NULL passed every test.
_INPUT = (
    *mutants(
        "_check_amount",
        {
            "negative amounts": instead("between minimum and maximum", "<= maximum"),
            "amounts above the cap": instead("between minimum and maximum", ">= minimum"),
            "NULL amounts": instead("maximum, false", "maximum, true"),
        },
    ),
    *mutants("_check_present", {"NULL is a value": always("present")}, "pgtap/reserve_credits"),
    *mutants(
        "_check_metadata",
        {
            "metadata that is no object": not_refused("invalid_metadata"),
            "metadata with our keys": not_refused("reserved_metadata_key"),
            "metadata is measured packed": instead(
                "octet_length(meta::text) >", "pg_column_size(meta) >"
            ),
        },
    ),
    *mutants(
        "_check_interval",
        {
            "a hold for no time": never("extract(epoch from value) <= 0"),
            "a hold for ever": never("extract(epoch from value) > 365 * 86400"),
        },
    ),
    *mutants(
        "_check_text",
        {
            "a blank reference": never("value !~ '\\S'"),
            "a reference without an end": never("length(value) > 255"),
        },
    ),
    *mutants(
        "_check_time",
        {"a time that never comes": not_refused("invalid_interval")},
    ),
    *mutants(
        "_check_option",
        {"any word is an option": not_refused("invalid_option")},
    ),
    *mutants(
        "grant_addon",
        {"a pack that is over when it is granted": never("expires_at <= _now()")},
    ),
    *mutants(
        "adjust_credits",
        {"an adjustment of nothing": instead("monthly_delta = 0 and addon_delta = 0", "false")},
    ),
    *mutants(
        "reserve_credits",
        {"spending what is not there": instead("shortfall > 0", "shortfall > 1")},
    ),
    *mutants(
        "adjust_credits",
        {
            "an adjustment takes more than the monthly bucket has": never(
                "-monthly_delta > credits_remaining"
            ),
            "an adjustment takes more than the addon bucket has": never(
                "-addon_delta > addon_credits + overdraft_limit"
            ),
        },
    ),
    *mutants(
        constraint("profiles_credits_remaining_in_range"),
        {"a bucket below zero can be stored": instead("between 0 and", "<=")},
        "pgtap/schema",
        "pgtap/laws",
    ),
    *mutants(
        constraint("jobs_addon_refunded_within_deducted"),
        {
            "a refund above the deduction can be stored": instead(
                "between 0 and addon_deducted", ">= 0"
            ),
        },
        "pgtap/schema",
        "pgtap/laws",
    ),
)
_SECURITY = (
    *mutants(
        "grants",
        {
            "everybody may call everything": without(
                "revoke execute on all functions in schema credits from public;"
            ),
            "a service makes credits": granted("grant_addon", to="app"),
        },
        "pgtap/schema",
    ),
    *mutants(
        "grants",
        {
            "the web role keeps what it was given": without(
                "revoke all on all functions in schema credits from anon;"
            ),
            "the signed-in role keeps what it was given": without(
                "revoke all on all functions in schema credits from authenticated;"
            ),
        },
        "pgtap/schema",
        "migrations",
    ),
    *mutants(
        "reserve_credits",
        {"a call with the caller's rights": without("security definer")},
        "pgtap/schema",
    ),
    *mutants(
        "refund_job",
        {
            "a call on the caller's path": without("set search_path = pg_catalog, pg_temp"),
            "temporary objects come first": instead("pg_catalog, pg_temp", "pg_catalog"),
        },
        "pgtap/schema",
    ),
    *mutants(
        "balances",
        {"a view shows everybody's balance": without("with (security_invoker = true)")},
        "pgtap/schema",
    ),
    *mutants(
        table("profiles"),
        {
            "everybody sees every row": without(
                "alter table credits.profiles enable row level security;"
            ),
        },
        "pgtap/schema",
    ),
)
_BOOKS = (
    *mutants(
        "check_integrity",
        {
            "a gap is not found": without_row("'ledger seq has no gap'"),
            "a job that holds something else is not found": without_row(
                "'job holds the addon credits its ledger rows took'"
            ),
        },
    ),
    *mutants(
        "balance_at",
        {"balances of the past are a row late": instead("<= at", "< at")},
    ),
    *mutants(
        "get_statement",
        {"a page skips a row": instead("seq < coalesce", "seq + 1 < coalesce")},
    ),
    *mutants(
        "get_balance",
        {
            "what is overdue can be spent, says the balance": never(
                "least(next_hold_expiry, next_pack_expiry) <= now"
            ),
        },
    ),
    *mutants(
        "find_grants",
        {
            "a payment is found for one profile only": instead(
                "g.granted_at, g.profile_id", "1 limit 1"
            )
        },
    ),
)
_PAST = (
    *mutants(
        "audit_refunds",
        {
            "an old refund gave addon back": instead(
                "monthly + delta - coalesce(stated_addon, 0)", "monthly + delta - v_part"
            ),
            "a new month remembers the difference": instead(
                "right_monthly := monthly", "right_monthly := right_monthly + entry.delta"
            ),
        },
    ),
    *mutants(
        "_legacy_account",
        {
            "an unsound history is believed": always(
                "not unknown and (begins or not hides)"
                " and books.monthly = monthly and books.addon = addon"
            ),
            "a truncated history is taken for a complete one": always("not begins"),
        },
    ),
    *mutants(
        "audit_refunds",
        {"the oldest refund is blamed first": instead("h.position desc", "h.position")},
    ),
    *mutants(
        "repair_refunds",
        {
            "a repair takes the new month's credits": always("period_start is null"),
            "a repair is made twice": never("repair_seq is not null"),
            "a dry run repairs": never("dry_run", beside="entry.seq := null"),
        },
    ),
    *mutants(
        "import_profile",
        {
            "damage is imported unseen": not_refused("legacy_damage"),
            "a profile is imported twice": never("not created"),
        },
    ),
)
_CLIENT = (
    *mutants(
        python("_amount"),
        {
            "the client sends 1 for 1.5": instead(
                "(type(value) is not int or value not in _INT64)", "not -(2**63) <= value < 2**63"
            ),
        },
        "client/test_arguments.py",
    ),
    *mutants(
        python("_time"),
        {"the client takes a local time for UTC": never("value.tzinfo is None")},
        "client/test_arguments.py",
    ),
    *mutants(
        python("_element"),
        {"a batch of the client lets an unknown key through": never("name not in self.members")},
        "client/test_batch_calls.py",
    ),
)
_SPEED = (
    *mutants(
        index("jobs_profile"),
        {"the jobs of a profile are looked for among all": left_out},
        "plans",
    ),
    *mutants(
        table("jobs"),
        {
            "an update of a job changes all its indexes": instead(
                "fillfactor = 85", "fillfactor = 100"
            ),
        },
        "plans",
    ),
    *mutants(
        table("profiles"),
        {"profiles fill their pages": instead("fillfactor = 25", "fillfactor = 100")},
        "plans",
    ),
    *(
        mutant
        for name in (
            "reserve_credits",
            "settle_job",
            "reserve_credits_many",
            "settle_job_many",
            "refund_job_many",
        )
        for mutant in mutants(
            name,
            {
                f"a plan from when the tables were empty reads whole tables, {name}": without(
                    "set enable_seqscan = off"
                ),
            },
            "plans",
        )
    ),
    *mutants(
        "check_integrity",
        {
            "the books of one profile are checked by a plan for all": without(
                "set plan_cache_mode = force_custom_plan"
            ),
        },
        "plans",
    ),
    *mutants("refund_job", {"the settings are read whole": always("only_row")}, "plans"),
    *mutants(
        "settle_job_many",
        {
            "a batch joins whole tables": without(
                "set enable_hashjoin = off set enable_mergejoin = off"
            ),
        },
        "plans",
    ),
)

AROUND = (*_INPUT, *_SECURITY, *_BOOKS, *_PAST, *_CLIENT, *_SPEED)
