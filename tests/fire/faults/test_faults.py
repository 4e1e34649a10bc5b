"""A small share of each campaign, and proof that each can fail."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from fire.faults import failover, restore, sabotage, schedule, storm
from fire.faults.aftermath import Aftermath
from fire.faults.faults import KINDS
from fire.faults.pooler import find_pgbouncer
from fire.faults.schedule import Planned
from fire.faults.storm import Size

SEED = 20260601
SIZE = Size(clients=6, cold=60)
SMALLER = Size(processes=1, clients=8, cold=60)


def nothing_is_wrong(found: Aftermath) -> None:
    wrong = {name: texts[:3] for name, texts in found.wrong.items() if texts}
    assert not wrong, f"seed {SEED}: {wrong}"
    figures = found.figures
    assert figures["unknown outcomes"] == figures["unknown outcomes, resolved"]


def test_every_kind_of_fault_once(folder: Path) -> None:
    """All small ones, and of those that stop everybody one crash of the server."""
    pooler = find_pgbouncer() is not None
    # It takes its time, beside the others. On a slow machine another fault may disturb one of them.
    first = ["black hole holding a lock"] * 3
    kinds = [kind for kind in KINDS.values() if pooler or not kind.needs_pooler]
    names = [kind.name for kind in kinds if not kind.stops and kind.name not in first]
    with storm.scene(folder, SEED, SIZE) as scene:
        struck = [*first, *names, *["answer lost"] * 8, "server killed"]
        plan = [Planned(0.05, name) for name in struck]
        found = storm.storm(scene, plan, seconds=60)
        assert storm.broken_pages(scene.server) == []
    nothing_is_wrong(found)
    missed = [name for name in [*first, *names] if not found.figures[f"fault: {name}"]]
    assert not missed, f"unproductive, seed {SEED}"
    assert found.figures["fault: server killed"] == 1
    assert found.figures["refused while a lock was held"] > 0
    assert found.figures["locks that were given up"] > 0
    # Whether an answer was on its way when it was cut is chance: the programme has a floor for it.
    assert found.figures["unknown outcomes"] > 0
    assert found.figures["acknowledged calls looked for after a fault"] > 100


def test_a_synchronous_standby_takes_over(folder: Path) -> None:
    """Twice a commit that only the primary has is disturbed: while the standby is frozen, and
    before the primary is lost with all that the standby does not have."""
    with failover.pair(folder, SEED, SMALLER) as pair:
        found = failover.fail_over_again_and_again(pair, 60, most=1, behind=True)
    nothing_is_wrong(found)
    assert found.figures["failovers"] == 1
    assert found.figures["fault: standby frozen"] == 1
    assert found.figures["successes with a warning"] > 0
    assert found.figures["acknowledged calls looked for after a fault"] > 10


def test_recovery_to_any_position(folder: Path) -> None:
    with restore.recorded(folder, SEED, SMALLER, seconds=2) as run:
        found = restore.recover_to_many(run, 60, least=2, most=2)
    nothing_is_wrong(found)
    assert found.figures["positions recovered to"] == 2
    assert found.figures["bytes of log between the first and the last"] > 10_000


def test_the_same_seed_gives_the_same_plan() -> None:
    first, again, other = (
        list(islice(schedule.plan(seed, pooler=True), 400)) for seed in (1, 1, 2)
    )
    assert first == again != other
    assert {planned.kind for planned in first} == set(KINDS)


@pytest.mark.parametrize(
    ("broken", "noticed_as"),
    [
        (
            sabotage.commits_that_do_not_wait_for_the_disk,
            ["acknowledged calls missing after a fault", "broken rules, C3"],
        ),
        (
            sabotage.a_standby_that_nobody_waits_for,
            ["acknowledged calls lost in a failover", "broken rules, C3"],
        ),
        (
            sabotage.a_refund_that_does_not_look_at_the_state,
            ["broken rules, C7", "broken rules, C3"],
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_broken_promise_is_noticed(
    folder: Path, broken: Callable[[Path, int], Aftermath], noticed_as: list[str]
) -> None:
    found = broken(folder, SEED)
    assert [name for name in noticed_as if not found.wrong[name]] == []
