"""usage: python -m bench [--quick] [--only NAME ...] [--output FILE] [--folder FOLDER]
       python -m bench --from FILE.json ... --output FILE

Measures everything on a server of its own, and writes a page, its plots, and the figures as JSON.
With --from it writes the page from figures that were measured before, also those of several runs
that had different questions.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench import (
    against_floor,
    against_old_way,
    batches,
    client_cost,
    features,
    machine,
    month,
    overdue,
    proxy,
    reads,
    report,
    size,
    storage,
    usage,
)
from bench.book import Book, load
from bench.budget import FULL, QUICK, Budget
from bench.errors import BenchError
from bench.server import durable_server
from bench.site import ROOT, Site

MEASUREMENTS: dict[str, Callable[[Site, Budget], Book]] = {
    "floor": against_floor.measure,
    "old_way": against_old_way.measure,
    "batches": batches.measure,
    "size": size.measure,
    "client": client_cost.measure,
    "storage": storage.measure,
    "reads": reads.measure,
    "usage": usage.measure,
    "overdue": overdue.measure,
    "month": month.measure,
    "features": features.measure,
    "proxy": proxy.measure,
}


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        if options.source is not None:
            book = Book()
            for file in options.source:
                book.add(load(file))
            book.save(options.output.with_suffix(".json"))
            report.write(book, options.output)
            return 0
        budget = QUICK if options.quick else FULL
        with durable_server(options.folder, gigabytes=budget.gigabytes) as server:
            site = Site(server.url, profiles=budget.profiles, own=True)
            book = run(site, budget, options.only, options.folder, options.output)
    except (BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nbench: stopped", file=sys.stderr)
        return 130
    print(report.summary(book))
    print(f"\nWritten to {options.output}")
    return 1 if book.failures else 0


def run(site: Site, budget: Budget, only: list[str], folder: Path, output: Path) -> Book:
    """Measures one after the other. What fails is noted, and the others go on."""
    book = Book()
    with site.prepared():
        book.about = {"questions": ", ".join(only)} | machine.about(site, folder)
        for name in only:
            begun = time.monotonic()
            print(f"{name} ...", end=" ", flush=True)
            try:
                book.add(MEASUREMENTS[name](site, budget))
            except Exception as error:
                first_line = str(error).split("\n", 1)[0]
                book.failures.append(f"{name}: {type(error).__name__}: {first_line}")
            print(f"{time.monotonic() - begun:.0f} s", flush=True)
            output.parent.mkdir(parents=True, exist_ok=True)
            book.save(output.with_suffix(".json"))
    report.write(book, output)
    return book


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small numbers, about two minutes")
    parser.add_argument(
        "--only", nargs="+", choices=list(MEASUREMENTS), default=list(MEASUREMENTS), help="which"
    )
    parser.add_argument("--output", type=Path, help="the page (default: bench/RESULTS.md)")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".cache" / "bench", help="where the server's disk is"
    )
    parser.add_argument(
        "--from", dest="source", type=Path, nargs="+", metavar="FILE", help="figures as JSON"
    )
    options = parser.parse_args(arguments)
    if options.output is None:
        whole = not options.quick and len(options.only) == len(MEASUREMENTS)
        if not whole and options.source is None:
            parser.error("give --output: only a whole run writes bench/RESULTS.md")
        options.output = ROOT / "bench" / "RESULTS.md"
    return options


if __name__ == "__main__":
    sys.exit(main())
