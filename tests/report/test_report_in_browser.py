"""What a browser shows of a report is what the views and functions of the database say."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from life import DAYS
from report_tools import FIGURES, change, told

PAGES = (
    *("all", "busy", "indebted", "moved", "months", "day", "profile_day"),
    *("empty", "one", "one_profile", "large", "overdue", "all_overdue"),
)
PROFILES = ("busy", "indebted", "moved")


def part(page: Any, title: str) -> Any:
    (found,) = [each for each in page["parts"] if each["title"].startswith(title)]
    return found


def rows(page: Any, title: str, name: str) -> list[list[str]]:
    tables = [each for each in part(page, title)["tables"] if each["name"] == name]
    return tables[0]["rows"] if tables else []


def tiles(page: Any) -> dict[str, list[str]]:
    return {name: values for name, *values in part(page, "Now")["tiles"]}


def chart(page: Any, title: str) -> Any:
    (found,) = part(page, title)["charts"]
    return found


def by_day(flows: list[dict[str, Any]], *names: str) -> dict[str, int]:
    """The sum of figures of both buckets, of the days on which it is not zero."""
    days: dict[str, int] = {}
    for flow in flows:
        days[flow["day"]] = days.get(flow["day"], 0) + sum(flow[name] for name in names)
    return {day: value for day, value in days.items() if value}


def bars(found: Any, name: str) -> dict[str, int]:
    """What the bars of a chart say when pointed at; and they are as high as they say."""
    said: dict[str, int] = {}
    scales = []
    for bar in found["bars"]:
        day, whose, value = re.fullmatch(r"([-0-9]+): (.*) ([0-9,]+)", bar["told"]).groups()
        value = int(value.replace(",", ""))
        scales.append((bar["height"] / value, 0.1 / value))
        if whose == name:
            said[day] = value
    exact = min(scales, key=lambda each: each[1])[0] if scales else 0
    assert all(abs(scale - exact) <= blur for scale, blur in scales)
    return said


def on_each_other(found: Any) -> None:
    """The bars of a day meet at zero or at the next one, and none hides another."""
    days: dict[str, list[tuple[float, float]]] = {}
    for bar in found["bars"]:
        place = (bar["top"], bar["top"] + bar["height"])
        days.setdefault(bar["told"].partition(":")[0], []).append(place)
    (zero,) = found["zero"]
    for places in days.values():
        for (top, bottom), (next_top, _) in pairwise(sorted(places)):
            assert bottom == pytest.approx(next_top, abs=0.15), (top, bottom, next_top)
        assert any(zero == pytest.approx(edge, abs=0.15) for place in places for edge in place)


def heights(line: list[list[float]], values: list[int]) -> None:
    """A line goes through these values: places are to them as one scale has it."""
    places = [y for _, y in line]
    assert len(places) == len(values)
    low, high = values.index(min(values)), values.index(max(values))
    if values[low] == values[high]:
        assert len(set(places)) == 1
        return
    scale = (places[high] - places[low]) / (values[high] - values[low])
    for place, value in zip(places, values, strict=True):
        assert place == pytest.approx(places[low] + scale * (value - values[low]), abs=0.15)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_legible_by_day_by_night_narrow_and_on_paper(looked: Any, name: str) -> None:
    page = looked["seen"][name]
    assert {how: found for how, found in page["ugly"].items() if found} == {}
    assert len(page["ugly"]) == 11
    assert page["folded"] == 0, "on paper nobody can open it, and not every browser does"
    grounds = [page[f"{how} ground"] for how in ("light", "dark", "print")]
    assert grounds == ["rgb(255, 255, 255)", "rgb(22, 25, 29)", "rgb(255, 255, 255)"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_nothing_and_asks_nobody(looked: Any, name: str) -> None:
    page = looked["seen"][name]
    assert (page["requests"], page["faults"]) == ([], [])
    assert page["title"] == page["heading"], "no text of others has changed it"
    active = {"script", "img", "a", "iframe", "link", "image", "use", "form", "object", "embed"}
    assert active & set(page["elements"]) == set()
    assert [each for each in page["attributes"] if each.startswith("on")] == []


def test_all_pages_were_looked_at(looked: Any) -> None:
    assert sorted(looked["seen"]) == sorted(PAGES)


def test_the_figures_of_now_are_those_of_metrics(looked: Any) -> None:
    shown = tiles(looked["seen"]["all"])
    said = {
        (row["name"].removeprefix("pgcredits_"), *row["labels"].values()): row["value"]
        for row in looked["said"]["all"]["metrics"]
    }
    assert {name: values[0] for name, values in shown.items()} == {
        "Monthly credits": told(said["credits", "monthly"]),
        "Addon credits": told(said["credits", "addon"] - said["debt_credits",]),
        "Debt": told(said["debt_credits",]),
        "Held": told(said["held_credits",]),
        "Profiles": told(said["profiles", "open"]),
        "To be collected": told(said["uncollected_credits",]),
        "Overdue": told(said["overdue", "hold"] + said["overdue", "pack"]),
    }
    assert shown["Debt"][1].endswith(f": {said['negative_balances',]:,}")
    assert shown["Held"][1].endswith(f": {said['open_holds',]:,}")
    assert shown["Profiles"][1].endswith(f": {said['profiles', 'closed']:,}")


def test_outstanding_credits_are_what_balance_at_says_of_each_day(looked: Any) -> None:
    found, shown = chart(looked["seen"]["all"], "Outstanding"), tiles(looked["seen"]["all"])
    said = looked["said"]["all"]["outstanding"]
    for line, bucket in zip(found["lines"], ("monthly", "addon"), strict=True):
        values = [row[bucket] for row in said]
        heights(line, [value or 0 for value in values])
        assert f"{bucket} {values[-1]:,}" in found["words"]
        (tile,) = [values for name, values in shown.items() if name == f"{bucket.title()} credits"]
        assert tile[0] == told(values[-1]), "a tile and the end of a line are the same number"


@pytest.mark.parametrize("name", PAGES)
def test_a_chart_on_a_phone_shows_the_same_as_the_wide_one(looked: Any, name: str) -> None:
    for shown in looked["seen"][name]["parts"]:
        for wide, narrow in zip(shown["charts"], shown["narrow"], strict=True):
            assert narrow["name"] == wide["name"]
            several = [word for word in narrow["words"] if re.fullmatch("[0-9]+-[0-9]+", word)]
            assert set(narrow["words"]) - set(several) <= set(wide["words"])
            assert narrow["dashed"] == wide["dashed"]
            for here, there in zip(narrow["bars"], wide["bars"], strict=True):
                assert here["told"] == there["told"]
                assert here["height"] == pytest.approx(there["height"], abs=0.11)
            for here, there in zip(narrow["lines"], wide["lines"], strict=True):
                heights(here, [-y for _, y in there])


@pytest.mark.parametrize("name", ["all", *PROFILES])
def test_flows_are_those_of_daily_flows(looked: Any, name: str) -> None:
    page, flows = looked["seen"][name], looked["said"][name]["flows"]
    figures = [figure for figure in FIGURES if any(flow[figure] for flow in flows)]
    (table,) = part(page, "What came and went")["tables"]
    assert table["heads"] == ["day", "bucket", *figures]
    expected = [
        [flow["day"], flow["bucket"], *(told(flow[figure]) for figure in figures)] for flow in flows
    ]
    assert rows(page, "What came and went", "flows") == expected
    drawn = chart(page, "What came and went")
    on_each_other(drawn)
    for series, figures in {
        "granted, renewed": ("granted", "renewed"),
        "returned": ("returned",),
        "consumed": ("consumed",),
        "lapsed, revoked": ("lapsed", "revoked"),
    }.items():
        assert bars(drawn, series) == {
            day: abs(value) for day, value in by_day(flows, *figures).items()
        }


def test_what_failures_cost_is_what_usage_daily_says(looked: Any) -> None:
    page, said = looked["seen"]["all"], looked["said"]["all"]
    found = part(page, "What failures cost")
    consumed, returned = by_day(said["flows"], "consumed"), by_day(said["flows"], "returned")
    assert bars(found["charts"][0], "consumed") == consumed
    assert bars(found["charts"][0], "returned") == returned
    total, back = sum(consumed.values()), sum(returned.values())
    assert found["sentences"][0] == (
        f"Jobs took {total:,} and gave {back:,} back: {100 * back / total:.1f}\u00a0%."
    )
    assert sum(row["consumed"] for row in said["spenders"]) == total
    assert without_shares(rows(page, "What failures cost", "spenders")) == spenders(
        said["spenders"], "spender"
    )


def spenders(said: list[dict[str, Any]], name: str) -> list[list[str]]:
    return [
        ["(nobody named)" if row[name] is None else told(row[name])]
        + [told(row[figure]) for figure in list(row)[1:]]
        for row in said
    ]


def without_shares(shown: list[list[str]]) -> list[list[str]]:
    """Less the column with the share, which is that of two others."""
    for row in shown:
        consumed, returned = (int(cell.replace(",", "")) for cell in row[2:4])
        share = f"{100 * returned / consumed:.1f}\u00a0%" if consumed else "-"
        assert row[4].strip() == share
    return [[*row[:4], row[5]] for row in shown]


def test_who_is_low_is_told_as_balances_has_it(looked: Any) -> None:
    page, said = looked["seen"]["all"], looked["said"]["all"]["low"]
    shown = rows(page, "Who is low", "low")
    assert [[row[0], *row[2:]] for row in shown] == [
        [told(value) for value in row.values()] for row in said
    ]
    assert {row[1] for row in shown} >= {"below zero, depleted, low", "low"}


def test_what_expires_is_told_as_grants_has_it(looked: Any) -> None:
    page, said = looked["seen"]["all"], looked["said"]["all"]["expiring"]
    assert len(said) > 2
    assert part(page, "What expires")["sentences"][0].endswith("the largest first.")
    shown = rows(page, "What expires", "expiring")
    assert shown == [[told(value) for value in row.values()] for row in said]
    days: dict[str, int] = {}
    for row in said:
        days[row["expires_at"][:10]] = days.get(row["expires_at"][:10], 0) + row["remaining"]
    assert bars(chart(page, "What expires"), "expires") == days


def limits(said: list[dict[str, Any]]) -> list[list[str]]:
    return [
        [
            "(all)" if row["spender"] is None else told(row["spender"]),
            row["window_name"],
            *(told(row[name]) for name in ("spent", "amount", "remaining")),
            f"{100 * row['spent'] / row['amount']:.1f}\u00a0%",
            row["resets_at"] or "never",
        ]
        for row in said
    ]


def test_limits_near_their_end_are_told_as_get_limits_has_them(looked: Any) -> None:
    page, said = looked["seen"]["all"], looked["said"]["all"]["limits"]
    assert len(said) > 0
    shown = [[cell.strip() for cell in row] for row in rows(page, "Limits near", "limits")]
    assert [row[1:] for row in shown] == limits(said)
    assert [row[0] for row in shown] == [row["profile_id"] for row in said]


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_told_as_its_functions_have_it(looked: Any, name: str) -> None:
    page, said = looked["seen"][name], looked["said"][name]
    (balance,), (entry,) = said["balance"], said["profile"]
    assert {tile: values[0] for tile, values in tiles(page).items()} == {
        "Available": told(balance["available"]),
        "Monthly": told(balance["credits_remaining"]),
        "Addon": told(balance["addon_credits"]),
        "Held": told(balance["held"]),
    }
    assert f"{entry['seq']:,} ledger rows." in part(page, "Now")["facts"][0]
    assert without_shares(rows(page, "Who spent it", "spenders")) == spenders(
        said["spenders"], "label"
    )
    assert rows(page, "Open holds", "holds") == [
        [told(value) for value in row.values()] for row in said["holds"]
    ]
    assert [row[:6] for row in rows(page, "Packs", "packs")] == [
        [told(value) for value in row.values()] for row in said["packs"]
    ]
    shown = [[cell.strip() for cell in row] for row in rows(page, "Limits", "limits")]
    assert shown == limits(said["limits"])


@pytest.mark.parametrize("name", PROFILES)
def test_a_balance_line_goes_through_every_ledger_row(looked: Any, name: str) -> None:
    page, said = looked["seen"][name], looked["said"][name]
    since = page["parts"][0] and said["flows"][0]["day"]
    entries = [row for row in reversed(said["ledger"]) if row["ts"][:10] >= since]
    before = [row for row in said["ledger"] if row not in entries][:1]
    found = chart(page, "Balance")
    monthly = [row["monthly_balance"] for row in [*before, *entries]]
    addon = [row["addon_balance"] for row in [*before, *entries]]
    available = [sum(both) for both in zip(monthly, addon, strict=True)]
    expected = [values for values in (available, monthly, addon) if any(values)]
    for line, values in zip(found["lines"], expected, strict=True):
        heights(line, stepped(values))
    sentences = " ".join(part(page, "Balance")["sentences"])
    low = said["profile"][0]["low_balance"]
    assert ("dashed" in sentences) == (low is not None and f"{low:,}" in sentences)
    assert ("dashed" in sentences) == (found["dashed"] > 0)
    marked = [row for row in entries if row["kind"] in ("grant", "renew", "lapse", "revoke")]
    shown = {(row[1], row[2]) for row in rows(page, "Balance", "marks")}
    assert {(row["ts"], row["kind"]) for row in marked} <= shown
    assert ("A number above" in sentences) == bool(shown)


def stepped(values: list[int]) -> list[int]:
    """The corners of a line of steps: each value holds until the next one, the last to the end."""
    corners = [values[0]]
    for before, after in pairwise(values):
        corners += [before, after]
    return [*corners, values[-1]]


@pytest.mark.parametrize("name", PROFILES)
def test_stories_grants_and_rows_are_told_as_the_functions_have_them(
    looked: Any, name: str
) -> None:
    page, said = looked["seen"][name], looked["said"][name]
    jobs = part(page, "The last jobs")
    assert jobs["jobs"] == [f"{row['job_id']} {row['state']}" for row in said["stories"]]
    for table, row in zip(jobs["tables"], said["stories"], strict=True):
        assert [cells[1:] for cells in table["rows"]] == [
            [
                step["kind"],
                change(step["monthly_delta"]),
                change(step["addon_delta"]),
                told(step["outstanding"]),
                told(step["reason"]),
            ]
            for step in row["steps"]
        ]
    names = ("granted_at", "reference", "kind", "amount", "revoked", "remaining", "expires_at")
    assert rows(page, "Grants", "grants") == [
        [told(row[each]) for each in names] for row in said["grants"]
    ]
    names = ("revocation_id", "amount", "collected", "lapsed")
    assert [row[2:6] for row in rows(page, "Grants", "revocations")] == [
        [told(row[each]) for each in names] for row in said["revocations"]
    ]
    assert rows(page, "The last ledger rows", "statement") == [
        [
            told(row["seq"]),
            row["ts"],
            row["kind"],
            change(row["monthly_delta"]),
            told(row["monthly_balance"]),
            change(row["addon_delta"]),
            told(row["addon_balance"]),
            told(row["reason"]),
        ]
        for row in said["statement"]
    ]


def test_text_of_others_is_shown_as_they_wrote_it(looked: Any) -> None:
    shown = [row[0] for row in rows(looked["seen"]["all"], "What failures cost", "spenders")]
    assert '<img src=x onerror="document.title=1">' in shown
    assert "</style><script>document.title = 1</script>" in shown
    assert "\"'><svg onload=document.title=1>&amp;&lt;" in shown
    assert "k" * 200 in shown


def test_an_empty_database_is_told_in_sentences(looked: Any) -> None:
    page = looked["seen"]["empty"]
    assert [(each["title"], each["sentences"]) for each in page["parts"][1:]] == [
        ("Outstanding credits", ["Nobody has credits, and nobody had."]),
        ("What came and went", ["No credits moved in this time."]),
        ("What failures cost", ["No job took credits in this time."]),
        (
            "Who is low",
            [
                "Nobody is low or below zero. No profile is watched: pgcredits alert says below "
                "which balance one is low."
            ],
        ),
        ("What expires in 30 days", ["No pack expires in the next 30 days."]),
        ("Limits near their end", ["No limit is spent to four fifths."]),
        ("The books", ["The books are sound: nothing was found."]),
    ]
    assert {values[0] for values in tiles(page).values()} == {"0"}


def test_what_is_overdue_is_in_no_balance_of_a_profile(looked: Any) -> None:
    page, said = looked["seen"]["overdue"], looked["said"]["overdue"]
    (balance,) = said["balance"]
    assert balance["addon_credits"] == 5000
    shown, drawn = tiles(page), chart(page, "Balance")
    assert (shown["Addon"], shown["Held"][0]) == (["5,000", "in packs: 0"], "0")
    for name, value in (("available", balance["available"]), ("addon", balance["addon_credits"])):
        assert shown[name.title()][0] == told(value)
        assert f"{name} {value:,}" in drawn["words"]
    assert part(page, "Now")["facts"][1:] == [
        "In expired packs: 70 more, which lapse with the next call.",
        "At least one hold is overdue: its credits come back with the next call.",
    ]
    for title, name, column in (
        ("Open holds", "holds", 3),
        ("Packs", "packs", 3),
        ("Grants", "grants", 6),
    ):
        (row,) = rows(page, title, name)
        assert re.fullmatch(r"[-0-9]+ [:0-9]+ overdue", row[column])
    assert part(page, "Balance")["sentences"][0] == (
        "It ends with what can be spent now, without 70 in expired packs."
    )
    of_all = tiles(looked["seen"]["all_overdue"])["Addon credits"]
    assert of_all == ["5,070", "of all customers, less debt, with packs that are overdue"]


def test_young_books_are_shown_from_their_first_day_which_is_said(looked: Any) -> None:
    seen = looked["seen"]
    first = looked["said"]["all"]["flows"][0]["day"]
    assert seen["all"]["range"].startswith(f"{first}, when the books begin, to ")
    assert len(chart(seen["all"], "Outstanding")["lines"][0]) == DAYS + 2
    today = seen["one"]["range"][:10]
    assert seen["one"]["range"].startswith(f"{today}, when the books begin, to {today} ")
    told = seen["one_profile"]["range"]
    assert told.startswith(f"{today}, when the profile was opened, to {today} ")
    assert part(seen["one_profile"], "Now")["facts"][0].endswith("; 1 ledger row.")
    for name in ("one", "one_profile"):
        drawn = chart(seen[name], "What came and went")
        assert {bar["told"][:10] for bar in drawn["bars"]} == {today}
        days = [word for word in drawn["words"] if re.fullmatch(r"[0-9]+ [A-Z][a-z]+", word)]
        assert len(days) == 1, "one day, and no empty ones before it"
    assert "when" not in seen["busy"]["range"], "it is older than what was asked for"


def test_long_lists_are_cut_and_say_so(looked: Any) -> None:
    page = looked["seen"]["large"]
    assert len(rows(page, "What failures cost", "spenders")) == 15
    assert "The first 15 of 400 spenders." in part(page, "What failures cost")["sentences"]
    assert tiles(page)["Profiles"] == ["401", "and closed: 0"]


def test_long_ranges_have_weeks_or_months(looked: Any) -> None:
    page = looked["seen"]["months"]
    days = {row[0] for row in rows(page, "What came and went", "flows")}
    assert all(day.endswith("-01") for day in days)
    assert len(chart(page, "What came and went")["words"]) < 20
