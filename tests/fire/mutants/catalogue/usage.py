"""Where the credits went: ranges, periods, labels, and what counts as consumed and given back."""

from __future__ import annotations

from fire.mutants.edits import instead, never, not_refused, without
from fire.mutants.mutant import mutants

# Field: the report and the balance did not add up, and each showed another month.
USAGE = (
    *mutants(
        "usage",
        {
            "a range begins after its first moment": instead(
                "since - interval '1 microsecond'", "since"
            ),
            "a range ends after its last moment": instead(
                "until - interval '1 microsecond'", "until"
            ),
            "what was before a range is in it": without("and (seq > low or ts >= since)"),
            "free jobs after a range are in it": without("and (seq < high or ts < until)"),
            "the cheapest label comes first": instead("net desc", "net"),
            "a key has its prefix": instead("substr(by, 6)", "by"),
            "the first period is the second": instead(
                "greatest(least(width_bucket(ts, bounds),",
                "greatest(least(width_bucket(ts, bounds) + 1,",
            ),
        },
    ),
    *mutants(
        "_period_bounds",
        {
            "periods go beyond the range": instead(
                "greatest(least(_beginning_of_day(day, time_zone), until), since)",
                "_beginning_of_day(day, time_zone)",
            ),
            "days begin in Greenwich": instead(
                "_beginning_of_day(day, time_zone)", "_beginning_of_day(day, 'UTC')"
            ),
            "a period is lost where the clock goes on": instead("2 * length", "0 * length"),
        },
        "pgtap/usage",
    ),
    *mutants(
        "_check_usage",
        {
            "a range ends before it begins": not_refused("invalid_interval"),
            "any word is a label": never("by not like 'meta._%'"),
        },
        "pgtap/usage",
    ),
    *mutants("_check_time_zone", {"a time zone may be a sum": not_refused("invalid_time_zone")}),
    *mutants(
        "job_flows",
        {
            "what lapses is given back twice": instead(
                "'{reserve,raise,settle,refund,rollback,expire}'",
                "'{reserve,raise,settle,refund,rollback,expire,lapse}'",
            ),
            "what settling gives back is consumed, below zero": instead(
                "-least(monthly_delta, 0)", "-monthly_delta"
            ),
            "imported jobs were reserved here": without("where breakdown_source is null"),
        },
        "pgtap/usage",
    ),
    *mutants(
        "usage_daily",
        {
            "addon credits are no usage": instead(
                "sum(monthly_consumed + addon_consumed)", "sum(monthly_consumed)"
            )
        },
        "pgtap/schema/usage_daily_is_what_usage_counts.sql",
    ),
    *mutants(
        "metrics",
        {
            "debts are credits below zero": without("filter (where addon_credits > 0)"),
            "holds are overdue before their deadline": without(
                "filter (where hold_due_at <= clock_timestamp())"
            ),
            "packs are overdue before their deadline": without(
                "and expires_at <= clock_timestamp()"
            ),
            "empty packs are overdue": instead("remaining > 0", "remaining >= 0"),
        },
        "pgtap/schema/metrics_say_how_things_stand.sql",
    ),
)
