"""What the driver processes are told while they run, and what they tell: one small shared file.

Whoever holds the folder of a run can open its ``Target`` and change where the drivers connect, stop
them or make them pause; a driver looks at it before every call, which costs one byte of memory.
"""

from __future__ import annotations

import json
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

_RUN, _PAUSE, _STOP = 0, 1, 2
_STATE, _VERSION, _LENGTH, _URLS = 0, 4, 8, 1024
_IDLE = 16
_FIGURES = 4096
_FIGURE = struct.Struct("<8q")
_SLOTS = _FIGURES + 512 * _FIGURE.size
_SLOT = struct.Struct("<qq")
_SLOTS_PER_PROFILE = 8
_SIZE = _SLOTS + 512 * _SLOTS_PER_PROFILE * _SLOT.size
PROCESSES = 512

FIGURES = ("calls", "ok", "refused", "failed", "aborted", "unknown", "strange", "connects")


@dataclass(frozen=True)
class Address:
    """Where to connect: ``pooler_url`` is for the connections that go through a pooler, if there
    is one; ``version`` grows with every change."""

    url: str
    pooler_url: str
    version: int


class Target:
    """``Target(folder)`` opens the file of a run; ``Target.create`` makes it."""

    def __init__(self, folder: Path) -> None:
        with (folder / "target").open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), _SIZE)

    @classmethod
    def create(cls, folder: Path, url: str, pooler_url: str | None = None) -> Target:
        (folder / "target").write_bytes(bytes(_SIZE))
        target = cls(folder)
        target.change(url, pooler_url)
        return target

    # --- for whoever directs the run ----------------------------------------------------------

    def change(self, url: str, pooler_url: str | None = None) -> None:
        """Sends all drivers elsewhere: they drop the connections they have at once."""
        text = json.dumps([url, pooler_url or url]).encode()
        assert len(text) < _FIGURES - _URLS
        self._memory[_LENGTH : _LENGTH + 4] = bytes(4)  # nobody reads half a text
        self._memory[_URLS : _URLS + len(text)] = text
        self._memory[_LENGTH : _LENGTH + 4] = struct.pack("<i", len(text))
        self._memory[_VERSION : _VERSION + 4] = struct.pack("<i", self.version + 1)

    def run(self) -> None:
        self._memory[_STATE] = _RUN

    def pause(self) -> None:
        """Calls that were sent are finished; new ones wait. See ``is_idle``."""
        self._memory[_STATE] = _PAUSE

    def stop(self) -> None:
        self._memory[_STATE] = _STOP

    def is_idle(self, process: int) -> bool:
        """Whether this process has no call on its way; only in a pause does that stay so."""
        return self._memory[_IDLE + process] == 1

    def figures(self) -> dict[str, int]:
        """What all drivers did so far, attempts by outcome."""
        sums = [0] * len(FIGURES)
        for process in range(PROCESSES):
            figures = _FIGURE.unpack_from(self._memory, _FIGURES + process * _FIGURE.size)
            sums = [a + b for a, b in zip(sums, figures, strict=True)]
        return dict(zip(FIGURES, sums, strict=True))

    # --- for the drivers ----------------------------------------------------------------------

    @property
    def version(self) -> int:
        return int(struct.unpack_from("<i", self._memory, _VERSION)[0])

    def address(self) -> Address:
        while True:
            version = self.version
            (length,) = struct.unpack_from("<i", self._memory, _LENGTH)
            text = self._memory[_URLS : _URLS + length]
            if length and version == self.version:
                try:
                    return Address(*json.loads(text), version)
                except ValueError:  # it is being written
                    continue

    def is_running(self) -> bool:
        return self._memory[_STATE] == _RUN

    def is_stopped(self) -> bool:
        return self._memory[_STATE] == _STOP

    def set_idle(self, process: int, idle: bool) -> None:
        self._memory[_IDLE + process] = int(idle)

    def tell(self, process: int, figures: list[int]) -> None:
        _FIGURE.pack_into(self._memory, _FIGURES + process * _FIGURE.size, *figures)

    def share_job(self, profile: int, place: int, job: int, cost: int) -> None:
        """Makes a job of a hot profile known to the other processes."""
        slot = profile * _SLOTS_PER_PROFILE + place % _SLOTS_PER_PROFILE
        _SLOT.pack_into(self._memory, _SLOTS + slot * _SLOT.size, job, cost)

    def shared_job(self, profile: int, place: int) -> tuple[int, int] | None:
        slot = profile * _SLOTS_PER_PROFILE + place % _SLOTS_PER_PROFILE
        job, cost = _SLOT.unpack_from(self._memory, _SLOTS + slot * _SLOT.size)
        return (job, cost) if job else None
