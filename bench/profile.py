"""Where the time goes: samples of the cores while a load runs, sorted by what the server does.

usage: python -m bench.profile [LOAD ...] [--seconds N] [--output FILE]

Needs perf (apt-get install linux-perf) and the right to use it on the whole machine. Every sample
has the stack of a program that was on a core, and counts for the first line of the table whose
function is in it. Sleeping is not seen, neither for the disk nor for a lock.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench import machine, report
from bench.against_floor import end_numbered, reserve, reserve_numbered
from bench.batches import reservations_in_batches
from bench.budget import FULL, Budget
from bench.crowd import Crowd
from bench.errors import BenchError
from bench.fill import fill
from bench.runner import Load
from bench.server import durable_server
from bench.site import FIRST, ROOT, Database, Site
from bench.size import check_in_pieces

#: Runs a load; and makes one ready, on a database.
Run = Callable[[], object]
Prepare = Callable[[Database, Budget], Run]

_CLIENTS = 8
_HERTZ = 499
_STACK_BYTES = 16384
_COLUMNS = 7  # of loads, that paper is wide enough for
_REFUNDS_A_SECOND = 4000  # so that they last about as long as the other loads
_ROWS_A_SECOND = 120_000  # of the ledger, so that a check lasts as long
# What a sample of the server counts for: the first line of which a function is in its stack.
_PARTS: dict[str, tuple[str, ...]] = {
    "foreign keys, row by row": ("RI_FKey_check", "RI_FKey_check_ins", "RI_FKey_noaction_upd"),
    "check constraints: their text is read again": ("stringToNode", "stringToNodeInternal"),
    "check constraints: compiled and tried": ("ExecConstraints", "ExecRelCheck"),
    "commit: the flush and releasing locks": ("CommitTransaction", "CommitTransactionCommand"),
    "row locks, and looking for the newest version": ("ExecLockRows", "heap_lock_tuple"),
    "index entries": ("ExecInsertIndexTuples", "btinsert"),
    "rows written": ("heap_insert", "heap_update", "heapam_tuple_insert", "heapam_tuple_update"),
    "JSON": (
        "jsonb_in",
        "jsonb_concat",
        "jsonb_build_object",
        "jsonb_agg_transfn",
        "jsonb_exists",
        "jsonb_object_field_text",
        "populate_recordset_worker",
        "jsonb_array_elements",
        "each_worker_jsonb",
    ),
    "text with format()": ("text_format",),
    "permission checks": ("object_aclcheck", "ExecCheckPermissions", "InitPlan_permissions"),
    "expressions and statements planned or checked again": (
        "GetCachedPlan",
        "RevalidateCachedQuery",
        "exec_simple_check_plan",
        "exec_prepare_plan",
        "pg_plan_query",
        "standard_planner",
    ),
    "executor started and ended": (
        "standard_ExecutorStart",
        "standard_ExecutorEnd",
        "ExecInitExpr",
        "ExecInitExprWithParams",
    ),
    "arrays and rows built and taken apart": (
        "ExecEvalRow",
        "array_agg_transfn",
        "array_agg_array_transfn",
        "accumArrayResult",
        "makeArrayResult",
        "makeMdArrayResult",
        "array_unnest",
        "ExecEvalFieldSelect",
        "record_out",
        "expand_array",
        "heap_form_tuple",
    ),
    "index lookups": ("index_getnext_slot", "btgettuple", "index_getnext_tid"),
    "sums, and numbers compared with them": (
        "advance_transition_function",
        "advance_aggregates",
        "finalize_aggregates",
        "int8_avg_accum",
        "numeric_avg_accum",
        "do_numeric_accum",
        "numeric_sum",
        "int8_numeric",
        "numeric_add",
        "numeric_sub",
        "cmp_numerics",
        "lookup_hash_entries",
        "LookupTupleHashEntry",
    ),
    "columns of rows unpacked": ("slot_getsomeattrs_int", "heap_deform_tuple", "detoast_attr"),
    "sorts, joins and windows of many rows": ("ExecWindowAgg", "ExecSort", "ExecHashJoin"),
    "PL/pgSQL, and other work of statements": ("standard_ExecutorRun", "plpgsql_call_handler"),
    "protocol": ("PostgresMain",),
}
_HEAD = """\
# Where the time goes

Percent of the time of all cores while a load ran: 8 clients of pgbench on 1,000 profiles (batches
of 500 on shared profiles, on profiles of their own, or on one), one connection that checks all
books in pieces, or 16 connections of Python programs. Cores are idle while everybody waits
for the disk or for a lock; while one connection works, all but one are.

To measure again: `python -m bench.profile --output bench/PROFILES.md`. It takes two minutes, and
needs `perf`, the right to use it, and a machine that does nothing else. `profile.py` says what the
parts stand for.

"""
_IDLE, _CLIENTS_PART, _OTHERS = "idle cores", "the clients", "other programs"
_UNSORTED = "other work of the server"


def _reserve(script: str) -> Prepare:
    return lambda database, budget: partial(
        reserve, database, script, budget.load(_CLIENTS), budget.spread
    )


def _refund(script: str) -> Prepare:
    def prepare(database: Database, budget: Budget) -> Run:
        load = Load(clients=_CLIENTS, transactions=_REFUNDS_A_SECOND * budget.seconds // _CLIENTS)
        reserve_numbered(database, FIRST, load.clients * load.transactions, budget.spread)
        return partial(end_numbered, database, script, load, FIRST)

    return prepare


def _batches(width: int, step: int) -> Prepare:
    variables = {"first": FIRST, "width": width, "step": step}
    return lambda database, budget: partial(reservations_in_batches, database, budget, variables)


def _check(database: Database, budget: Budget) -> Run:
    fill(database, budget.spread, _ROWS_A_SECOND * budget.seconds)
    database.tidy()

    def check() -> None:
        with database.connect() as connection:
            _, findings = check_in_pieces(connection)
        if findings:
            raise BenchError("The books are not sound, so the time of their check means nothing.")

    return check


def _python(way: str) -> Prepare:
    return lambda database, budget: Crowd.of(database, budget, way, budget.spread).run


_OWN = FULL.spread // _CLIENTS
LOADS: dict[str, tuple[str, Prepare]] = {
    "reserve": ("reserve_credits", _reserve("reserve")),
    "reserve_floor": ("its bare statement", _reserve("reserve_floor")),
    "refund": ("refund_job", _refund("refund")),
    "refund_floor": ("its bare statement", _refund("refund_floor")),
    "batch_shared": ("batches, shared profiles", _batches(FULL.spread, 0)),
    "batch_own": ("batches, own profiles", _batches(_OWN, _OWN)),
    "batch_hot": ("batches, one profile", _batches(1, 0)),
    "check": ("check of the books, one client", _check),
    "client": ("Python client", _python("client")),
    "transaction": ("old way", _python("transaction")),
}


def part_of(program: str, stack: list[str]) -> str:
    """What a sample counts for."""
    if program.startswith("swapper"):
        return _IDLE
    if program.startswith(("pgbench", "python")):
        return _CLIENTS_PART
    if not program.startswith("postgres"):
        return _OTHERS
    functions = set(stack)
    return next((part for part, names in _PARTS.items() if functions & set(names)), _UNSORTED)


def samples(text: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Program and stack of each sample, from what `perf script` prints."""
    program, stack = "", list[str]()
    for line in text:
        if not line.strip():
            if program:
                yield program, stack
            program, stack = "", []
        elif line[0].isspace():
            stack.append(line.split(maxsplit=1)[1].strip().split("+")[0])
        else:
            program = line.strip()
    if program:
        yield program, stack


def profile(load: str, site: Site, budget: Budget) -> Counter[str]:
    """Samples of each part while the load runs."""
    with site.database("profile") as database, tempfile.TemporaryDirectory() as folder:
        run = LOADS[load][1](database, budget)
        file = Path(folder) / "perf.data"
        what = ["-a", "-e", "cpu-clock", "-F", str(_HERTZ), "--call-graph", f"dwarf,{_STACK_BYTES}"]
        recorder = subprocess.Popen(
            ["perf", "record", "-q", *what, "-o", file], stderr=subprocess.PIPE, text=True
        )
        try:
            run()
        finally:
            recorder.send_signal(signal.SIGINT)
            _, trouble = recorder.communicate()
        if not file.exists():
            raise BenchError(f"perf cannot record here: {trouble.strip()[-300:]}")
        reader = subprocess.run(
            ["perf", "script", "-F", "comm,ip,sym", "--no-inline", "-i", file],
            check=False,
            capture_output=True,
            text=True,
        )
    return Counter(part_of(*sample) for sample in samples(reader.stdout.splitlines()))


def table(found: dict[str, Counter[str]]) -> str:
    """A column for each load, in percent of the cores' time."""
    loads = list(found)
    lines = [
        "| where the time goes | " + " | ".join(LOADS[load][0] for load in loads) + " |",
        "|---|" + "---:|" * len(loads),
    ]
    for part in (*_PARTS, _UNSORTED, _CLIENTS_PART, _OTHERS, _IDLE):
        shares = [100 * found[load][part] / found[load].total() for load in loads]
        lines.append(f"| {part} | " + " | ".join(f"{share:.1f}" for share in shares) + " |")
    return "\n".join(lines) + "\n"


def tables(found: dict[str, Counter[str]]) -> str:
    """As many tables as it takes, none of them wider than paper."""
    loads = list(found)
    pieces = [loads[first : first + _COLUMNS] for first in range(0, len(loads), _COLUMNS)]
    return "\n".join(table({load: found[load] for load in piece}) for piece in pieces)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.profile",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("loads", nargs="*", metavar="LOAD", help=", ".join(LOADS))
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--output", type=Path, help="a page (default: only the table is printed)")
    options = parser.parse_args()
    loads = options.loads or list(LOADS)
    if unknown := set(loads) - set(LOADS):
        parser.error(f"unknown load: {', '.join(sorted(unknown))}")
    budget = replace(FULL, seconds=options.seconds, python_seconds=options.seconds)
    try:
        if shutil.which("perf") is None:
            raise BenchError("There is no perf: apt-get install linux-perf")
        with durable_server(ROOT / ".cache" / "bench", gigabytes=5) as server:
            site = Site(server.url, profiles=FULL.spread + 1, own=True)
            about = machine.about(site, ROOT)
            with site.prepared():
                found = {load: profile(load, site, budget) for load in loads}
    except (BenchError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    where = tables(found)
    print(where, end="")
    if options.output is not None:
        page = f"{_HEAD}{where}\n{report.measured_on(about)}"
        options.output.write_text(page, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
