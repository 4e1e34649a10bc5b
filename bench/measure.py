"""Two things side by side, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Pairs:
    """What A and B reached, round by round."""

    a: list[float]
    b: list[float]

    @property
    def middle_a(self) -> float:
        """Median of A."""
        return median(self.a)

    @property
    def middle_b(self) -> float:
        """Median of B."""
        return median(self.b)

    @property
    def ratio(self) -> float:
        """Median of A over median of B."""
        return self.middle_a / self.middle_b

    @property
    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of a round; no narrower than the ratio itself."""
        ratios = [self.ratio, *(a / b for a, b in zip(self.a, self.b, strict=True))]
        return min(ratios), max(ratios)


def alternate(a: Callable[[], float], b: Callable[[], float], rounds: int) -> Pairs:
    """Runs A B, B A, A B ...: what drifts meanwhile hits both alike."""
    pairs = Pairs([], [])
    for number in range(rounds):
        turns = [(a, pairs.a), (b, pairs.b)]
        for run, results in turns if number % 2 == 0 else reversed(turns):
            results.append(run())
    return pairs


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    """Where the middle half lies."""
    if len(values) < 2:
        return values[0], values[0]
    first, _, third = quantiles(values, n=4, method="inclusive")
    return first, third


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which that part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]
