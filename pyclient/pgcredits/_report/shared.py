"""The parts that a report on everything and one on a profile both have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pgcredits import Finding, LimitEntry
from pgcredits._report import charts
from pgcredits._report.charts import Series
from pgcredits._report.flows import BUCKETS, FIGURES, Flow, Periods
from pgcredits._report.markup import Markup, join
from pgcredits._report.page import long, more, sentence, table
from pgcredits._report.reading import Asked, Part

_MOST_FINDINGS = 20
NOTHING_MOVED = "No credits moved in this time."
NOBODY = "(nobody named)"


async def read_sums(asked: Asked) -> tuple[Periods, dict[Any, Flow]]:
    """The flows by period and bucket."""
    periods = await asked.periods()
    return periods, periods.sums(await asked.flows())


def both(periods: Periods, sums: dict[Any, Flow], *names: str) -> list[int]:
    """The sum of some figures of both buckets, for each period."""
    return [
        sum(sums.get((start, bucket), {}).get(name, 0) for bucket in BUCKETS for name in names)
        for start in periods.starts
    ]


def _show_flows(read: tuple[Periods, dict[Any, Flow]], asked: Asked) -> Markup:
    periods, sums = read
    if not sums:
        return sentence(NOTHING_MOVED)
    series = [
        Series(
            name="granted, renewed", colour="3", values=both(periods, sums, "granted", "renewed")
        ),
        Series(name="returned", colour="2", values=both(periods, sums, "returned")),
        Series(name="consumed", colour="1", values=_below(both(periods, sums, "consumed"))),
        Series(
            name="lapsed, revoked",
            colour="4",
            values=_below(both(periods, sums, "lapsed", "revoked")),
        ),
    ]
    figures = [name for name in FIGURES if any(flow[name] for flow in sums.values())]
    corrections = sum(abs(value) for value in both(periods, sums, "adjusted", "moved"))
    return join(
        charts.stacked("Flows", periods.starts, periods.step, series),
        sentence("Corrections and moves are in the table alone.") if corrections else None,
        long(
            f"The numbers by {periods.step} and bucket",
            table(
                [periods.step, "bucket", *figures],
                [
                    [start, bucket, *(sums[start, bucket][name] for name in figures)]
                    for start in periods.starts
                    for bucket in BUCKETS
                    if (start, bucket) in sums
                ],
                "flows",
            ),
        ),
    )


def _below(values: Sequence[int]) -> list[int]:
    return [-value for value in values]


FLOWS = Part(
    title="What came and went",
    source="From the view daily_flows: above zero what came, below it what went.",
    read=read_sums,
    show=_show_flows,
)


def limit_table(limits: Sequence[LimitEntry], *, with_profile: bool) -> Markup:
    """Limits, with what is spent and left of each."""
    heads = ["spender", "window", "spent", "limit", "left", "share", "resets (UTC)"]
    rows: list[list[object]] = [
        [
            "(all)" if limit.spender is None else limit.spender,
            limit.window_name,
            limit.spent,
            limit.amount,
            limit.remaining,
            charts.share(limit.spent or 0, limit.amount or 0),
            "never" if limit.resets_at is None else limit.resets_at,
        ]
        for limit in limits
    ]
    if with_profile:
        heads = ["profile", *heads]
        rows = [[limit.profile_id, *row] for limit, row in zip(limits, rows, strict=True)]
    return table(heads, rows, "limits")


async def _read_check(asked: Asked) -> list[Finding]:
    asked.findings = await asked.client.check_integrity(asked.profile_id)
    return asked.findings


def _show_check(findings: list[Finding], asked: Asked) -> Markup:
    if not findings:
        return sentence("The books are sound: nothing was found.", class_="sound")
    return join(
        sentence(f"{len(findings):,} findings. Each is an alarm.", class_="alarm"),
        table(
            ["severity", "profile", "job", "rule", "expected", "found"],
            [
                [each.severity, each.profile_id, each.job_id, each.rule, each.expected, each.found]
                for each in findings[:_MOST_FINDINGS]
            ],
            "findings",
        ),
        more(_MOST_FINDINGS, len(findings), "findings"),
    )


CHECK = Part(
    title="The books",
    source="From check_integrity, which compares every stored row with the rules.",
    read=_read_check,
    show=_show_check,
)
