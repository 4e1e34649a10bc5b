"""The rule is broken once, here for good: each mutant must be noticed."""

from __future__ import annotations

import pytest

from fire.interleavings.drive import Tally, named_items, play_all
from fire.interleavings.mutants import MUTANTS, Mutant, mutated
from fire.interleavings.sessions import Lane


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
async def test_a_broken_rule_is_noticed(lane: Lane, mutant: Mutant) -> None:
    items = [
        item
        for item in named_items(prepares=False)
        if (str(item.what), item.level, item.ending) == (mutant.title, mutant.level, "commit")
    ]
    assert len(items) == 1, mutant.title
    whole = await play_all(lane, Tally(), [("whole", items[0])])
    assert not whole.kinds, whole.notes
    async with mutated(lane, mutant):
        broken = await play_all(lane, Tally(), [("broken", items[0])])
    assert set(broken.kinds) & set(mutant.kinds), broken.notes or "nobody noticed"
