"""The command that plays the demo, and tells it as a story."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from typing import Annotated

import typer

from pgcredits import LedgerEntry, __version__
from pgcredits._cli.common import AsJson
from pgcredits._cli.errors import explained
from pgcredits._cli.output import buckets, ledger_lines, print_json, show, show_line, table
from pgcredits._server.database import given_or_local_database
from pgcredits._showcase.chapters import Chapter
from pgcredits._showcase.conservation import Amounts
from pgcredits._showcase.demo import BOTH_BUCKETS, OLD_WAY, SCENARIOS, Demo, Played, play_demo


def demo(
    database_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Run on this migrated database; the demo's profiles stay in it."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show credits going back to their buckets. Needs no server and no URL."""
    with explained(as_json=as_json):
        if not as_json:
            _print_opening()
        with given_or_local_database(database_url) as url:
            result = asyncio.run(play_demo(url, own_server=not database_url))
        if as_json:
            print_json(result)
        else:
            _print_demo(result)


def _print_opening() -> None:
    """The first line, at once: the server takes a moment to start."""
    show(f"pgcredits {__version__}: jobs fail, and every credit goes back to its bucket.")
    sys.stdout.flush()


def _print_demo(demo: Demo) -> None:
    """The demo as a story for people."""
    show(
        "A profile has monthly credits, which come with its plan and are spent first, and addon "
        "credits, which it bought."
    )
    for number, played in enumerate(demo.scenarios, start=1):
        _print_scenario(number, played)
    for number, chapter in enumerate(demo.chapters, start=1 + len(demo.scenarios)):
        _print_chapter(number, chapter)
    _print_old_way(demo)


def _print_scenario(number: int, played: Played) -> None:
    scenario = played.scenario
    show()
    show(f"{number}. {scenario.title}: {_buckets_in_words(played.before)}.")
    show(
        f"A job of {scenario.cost:,} {scenario.fate}: {scenario.undo} gives its credits back.",
        indent=3,
    )
    show()
    steps = table("", "monthly", "addon")
    steps.add_row("before", *_figures(played.before))
    steps.add_row("after reserve_credits", *_figures(played.reserved))
    steps.add_row(f"after {scenario.undo}", *_figures(played.returned))
    show(steps, indent=3)
    show()
    show(f"job {played.job_id}, meta_json:", indent=3)
    show(json.dumps(played.meta), indent=5)
    _print_ledger(played.ledger)


def _print_chapter(number: int, chapter: Chapter) -> None:
    show()
    show(f"{number}. {chapter.title}: {_buckets_in_words(chapter.steps[0][1])}.")
    show(chapter.text, indent=3)
    show()
    steps = table("", "monthly", "addon")
    for words, amounts in chapter.steps:
        steps.add_row(words, *_figures(amounts))
    show(steps, indent=3)
    show()
    if chapter.note:
        show(chapter.note, indent=3)
    _print_ledger(chapter.ledger)


def _print_ledger(ledger: list[LedgerEntry]) -> None:
    show("ledger:", indent=3)
    short = [
        replace(entry, reason=entry.reason.replace(str(entry.job_id), f"{entry.job_id!s:.8}..."))
        for entry in ledger
    ]
    for line in ledger_lines(short, times=False):
        show_line(line, indent=5)


def _print_old_way(demo: Demo) -> None:
    old, new = demo.old_way, demo.scenarios[SCENARIOS.index(BOTH_BUCKETS)]
    cost = new.scenario.cost
    show()
    show(f"The old way, side by side with scenario 2: the same job of {cost:,} fails.")
    show("The application splits the deduction itself and forgets the split:", indent=3)
    show()
    for _, statement in OLD_WAY[1:3]:
        show(f"{statement};", indent=5)
    show()
    steps = table("", "old way:\nmonthly", "\naddon", "pgcredits:\nmonthly", "\naddon")
    steps.add_row("before", *_figures(old.before), *_figures(new.before))
    steps.add_row("after the reservation", *_figures(old.reserved), *_figures(new.reserved))
    steps.add_row("after the refund", *_figures(old.refunded), *_figures(new.returned))
    lost = new.before.addon - new.returned.addon
    steps.add_row("bought credits lost", "", f"{old.addon_lost:,}", "", f"{lost:,}", style="bold")
    show(steps, indent=3)
    show()
    show(
        f"The old total looks right, but {old.addon_lost:,} bought credits are now in the monthly "
        f"bucket, and the next renewal sets it to {old.renewed.monthly:,} again.",
        indent=3,
    )
    show(
        f"The old way ends with {_buckets_in_words(old.renewed)}: {old.addon_lost:,} lost. "
        f"pgcredits: {lost:,}.",
        indent=3,
    )


def _figures(amounts: Amounts) -> tuple[str, str]:
    return f"{amounts.monthly:,}", f"{amounts.addon:,}"


def _buckets_in_words(amounts: Amounts) -> str:
    return buckets(amounts.monthly, amounts.addon)
