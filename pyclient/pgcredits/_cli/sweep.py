"""Processes what is due: holds and packs whose time is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pgcredits import Credits
from pgcredits._cli.output import buckets
from pgcredits._cli.worker import Pass
from pgcredits._showcase.conservation import Amounts


@dataclass(slots=True, kw_only=True)
class Swept:
    """What was processed: how many holds and packs, and the credits of each bucket.

    ``back``: what holds gave back; ``lapsed``: what was lost, from packs and from what came back.
    """

    holds: int = 0
    packs: int = 0
    back: Amounts = field(default_factory=Amounts)
    lapsed: Amounts = field(default_factory=Amounts)

    def __bool__(self) -> bool:
        return bool(self.holds or self.packs)

    def __str__(self) -> str:
        if not self:
            return "Nothing was due."
        return (
            f"Expired holds: {self.holds:,}, packs: {self.packs:,}."
            f" Back: {buckets(self.back.monthly, self.back.addon)}."
            f" Lapsed: {buckets(self.lapsed.monthly, self.lapsed.addon)}."
        )


class Sweep:
    """One pass, batch by batch, until nothing is due.

    ``batch_size``: holds and packs of a batch; ``stopped``: asked before each batch; ``swept``:
    what has been done so far, also when a later batch fails.
    """

    def __init__(
        self, client: Credits, batch_size: int, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self._client = client
        self._batch_size = batch_size
        self._stopped = stopped
        self.swept = Swept()

    async def run(self) -> Swept:
        """Processes what is due. Raises as ``expire_holds`` and ``expire_packs`` do."""
        for batch in (self._holds, self._packs):
            while not self._stopped() and await batch():
                pass
        return self.swept

    async def _holds(self) -> bool:
        refunds = await self._client.expire_holds(batch_size=self._batch_size)
        self.swept.holds += len(refunds)
        for refund in refunds:
            self.swept.back.add(refund.monthly_refunded, refund.addon_refunded)
            self.swept.lapsed.add(refund.monthly_lapsed, refund.addon_lapsed)
        return bool(refunds)

    async def _packs(self) -> bool:
        entries = await self._client.expire_packs(batch_size=self._batch_size)
        self.swept.packs += sum(entry.job_id is None for entry in entries)
        for entry in entries:
            self.swept.lapsed.add(-entry.monthly_delta, -entry.addon_delta)
        return bool(entries)


def sweeping(batch_size: int, tell: Callable[[Swept], None]) -> Pass:
    """What a worker does in a pass; ``tell``: called with each one that did something."""

    async def sweep_once(client: Credits, stopped: Callable[[], bool]) -> None:
        sweep = Sweep(client, batch_size, stopped)
        try:
            await sweep.run()
        finally:
            if sweep.swept:
                tell(sweep.swept)

    return sweep_once
