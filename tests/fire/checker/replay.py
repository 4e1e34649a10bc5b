"""C1: a profile's ledger, replayed row by row through ``Wallet``.

Each row has to be what the wallet would have written. On the way this notes what each call did, its
``Effect``, with the answer that it and every replay of it must have got.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

from fire.checker.books import Entry, Key, ProfileBooks
from fire.checker.calls import LIMIT, LIMITED, spender_of
from fire.checker.revocations import Revocation, Span
from fire.checker.wallet import ENDED, Job, Returned, Wallet

CallKey = tuple[Any, ...]
_MOST_PROBLEMS = 5
_ZEROS = [0, 0, 0, 0, 0, 0, 0]


@dataclass(slots=True)
class Effect:
    """What a call did, at ``seq``. ``answer``: what it is answered, without ``replayed`` and the
    state. ``figures``: what its arguments have to agree with. ``rows``: 0 for a call that moved
    nothing, more than one where something lapsed or was revoked at once. The lock was taken between
    ``earliest`` and ``latest``."""

    seq: int
    rows: int
    answer: list[Any]
    figures: tuple[Any, ...]
    earliest: int
    latest: int


@dataclass(slots=True)
class Due:
    """Rows of these kinds that have to follow a return."""

    job: Key | None
    back: Returned
    kinds: list[str]
    caught_up: bool


class Replay:
    """``invoked``: the earliest moment at which a call under a key can have been on its way."""

    def __init__(
        self,
        books: ProfileBooks,
        closed_period_refund: str = "restore",
        invoked: Callable[[CallKey], int] = lambda _key: 0,
    ) -> None:
        self.books = books
        self.problems: list[tuple[str, str]] = []
        self.effects: dict[CallKey, Effect] = {}
        self.met: Counter[str] = Counter()
        self.wallet = Wallet(books, closed_period_refund == "lapse", self._blame)
        # What open holds held right after each row, and once what moved nothing was done as well.
        self.held = [(0, 0)]
        # What the limited spender has drawn and not given back, and from which row on: once there
        # is a limit, it is held against it.
        self.spent = [(0, 0)]
        self._limited = False
        self._invoked = invoked
        self._at_rest: dict[int, list[tuple[int, Key, str]]] = {}
        self._boundary = 0  # every later call took its lock after this moment
        # By profile, source and id.
        self.revocations: dict[CallKey, Revocation] = {}
        self._due: Due | None = None
        self._row = 0
        self._opened = {r.opened: r for r in books.revocations if r.opened is not None}
        self._ended = {r.seq: r for r in books.revocations if r.ended}

    def run(self) -> Replay:
        self._find_calls_without_row()
        rows = self.books.ledger
        for self._row, row in enumerate(rows):
            before = (self.wallet.monthly, self.wallet.addon)
            self._apply(row)
            self._compare(row, before)
            held = self.wallet.held
            self._at_rest_after(row.seq)
            self.held.append((held, self.wallet.held))
        if self._due is not None:
            self._blame("C1", f"something came back, and a {self._due.kinds[0]} should follow")
        self._finish()
        return self

    def _blame(self, rule: str, text: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append((rule, text))

    # --- rows ---------------------------------------------------------------------------------

    def _apply(self, row: Entry) -> None:
        if self._due is not None:
            self._apply_due(row, self._due)
            return
        if row.kind == "lapse":
            self._apply_lapse(row)
            return
        if row.kind == "expire":
            self._apply_expire(row)
            return
        overdue = self.wallet.overdue(self._boundary)
        if overdue:
            self._blame("C1", f"{overdue} was overdue at row {row.seq}, {row.kind}")
        handler = _HANDLERS.get(row.kind)
        if handler is None:
            self._blame("C3", f"row {row.seq} is of a kind that nobody asked for: {row.kind}")
        else:
            handler(self, row)
        self._boundary = row.ts

    def _compare(self, row: Entry, before: tuple[int, int]) -> None:
        wallet = self.wallet
        moved = (wallet.monthly - before[0], wallet.addon - before[1])
        if moved != (row.monthly, row.addon):
            self._blame(
                "C1",
                f"row {row.seq}, {row.kind}: monthly {row.monthly:+}, addon {row.addon:+} "
                f"instead of {moved[0]:+}, {moved[1]:+}",
            )
        if (wallet.monthly, wallet.addon) != (row.monthly_balance, row.addon_balance):
            self._blame(
                "C1",
                f"after row {row.seq}, {row.kind}: monthly {row.monthly_balance}, "
                f"addon {row.addon_balance} instead of {wallet.monthly}, {wallet.addon}",
            )
            wallet.adopt(row.monthly_balance, row.addon_balance)

    def _job(self, row: Entry, *states: str) -> Job | None:
        job = self.wallet.jobs.get(row.job)  # type: ignore[arg-type]
        if job is None:
            self._blame("C1", f"row {row.seq}, {row.kind}: job {row.job} was never reserved")
            return None
        if job.state not in states:
            self._blame("C7", f"row {row.seq}, {row.kind}: job {row.job} was {job.state}")
        return job

    def _moment(self, key: CallKey, row: Entry) -> Span:
        """Between which moments the call of this row had its lock."""
        return min(row.ts, max(self._boundary, self._invoked(key))), row.ts

    def _balances(self, row: Entry) -> list[int]:
        """Previous and new balance, without what the rows take that follow."""
        new = row.monthly_balance + row.addon_balance
        return [new - row.monthly - row.addon, new]

    def _note(
        self, key: CallKey, row: Entry, rows: int, answer: list[Any], figures: tuple[Any, ...]
    ) -> None:
        if key in self.effects:
            self._blame("C3", f"{key} has two effects: {self.effects[key].seq} and {row.seq}")
        self.effects[key] = Effect(row.seq, rows, answer, figures, *self._moment(key, row))

    def _tell(self, key: Key, job: Job, seq: int, held_before: int) -> None:
        out = job.out()
        if spender_of(key) is not None:
            before = job.story[-1][2] if job.story else 0
            self.spent.append((seq, self.spent[-1][1] + out - before))
        job.story.append((seq, job.state, out, job.out_by_bucket()[0]))
        if job.row.hold_expires is not None:
            self.wallet.held += (out if job.has_open_hold() else 0) - held_before

    def _held_by(self, job: Job) -> int:
        return job.out() if job.row.hold_expires is not None and job.has_open_hold() else 0

    def _apply_limit(self, row: Entry) -> None:
        self._limited = True
        if self.books.index not in range(LIMITED):
            self._blame("C3", f"row {row.seq} adjusts what nobody asked for")

    def _check_limit(self, row: Entry) -> None:
        if self._limited and spender_of(row.job) is not None and self.spent[-1][1] > LIMIT:
            self._blame("C1", f"row {row.seq}: {self.spent[-1][1]} are spent of {LIMIT}")

    def _apply_open(self, row: Entry) -> None:
        if row.seq != 1:
            self._blame("C1", f"row {row.seq} opens the profile again")
        self.wallet.monthly, self.wallet.perpetual = row.monthly, row.addon
        figures = (row.monthly, row.addon)
        self._note(("open", self.books.index), row, 1, [*figures, row.seq], figures)

    def _apply_reserve(self, row: Entry) -> None:
        key = row.job
        stored = None if key is None else self.books.jobs.get(key)
        if key is None or stored is None or key in self.wallet.jobs:
            self._blame("C1", f"row {row.seq}: job {key} is unknown or reserved twice")
            return
        job = self.wallet.jobs[key] = Job(stored)
        monthly, addon, shortfall = self.wallet.split(stored.first_cost)
        if shortfall:
            self._blame("C1", f"row {row.seq}: job {key} took {shortfall} more than there was")
            addon += shortfall
        self.wallet.draw(key, job, monthly, addon, row)
        job.deducted = (monthly, addon)
        if stored.hold_expires is not None:
            self.wallet.hold(key, stored.hold_expires)
        self._tell(key, job, row.seq, 0)
        answer = [monthly, addon, *self._balances(row), stored.hold_expires, row.seq]
        figures = (stored.first_cost, stored.hold_expires)
        self._check_limit(row)
        self._note(("reserve", key), row, 1, answer, figures)

    def _apply_raise(self, row: Entry) -> None:
        """One more draw. It has no key: the same call may draw again once some of it is back."""
        job = self._job(row, "reserved")
        if job is None:
            return
        before, missing = self._held_by(job), -row.monthly - row.addon
        monthly, addon, shortfall = self.wallet.split(missing)
        if missing <= 0 or shortfall:
            self._blame("C1", f"row {row.seq}: job {row.job} took {missing}, short of {shortfall}")
            addon += shortfall
        self.met["raised again"] += job.raised > 0
        self.met["raised after a return"] += job.refunded != (0, 0)
        self.wallet.draw(row.job, job, monthly, addon, row)
        job.raised += missing
        job.deducted = (job.deducted[0] + monthly, job.deducted[1] + addon)
        self._tell(row.job, job, row.seq, before)
        self._check_limit(row)
        answer = [*job.out_by_bucket(), *self._balances(row), job.row.hold_expires, row.seq]
        self._note(("raise", row.job, row.seq), row, 1, answer, (job.out(),))

    def _apply_settle(self, row: Entry) -> None:
        job = self._job(row, "reserved", "expired")
        if job is None or job.row.settled_cost is None:
            self._blame("C1", f"row {row.seq}: job {row.job} is not settled")
            return
        self._settle(row.job, job, row)

    def _settle(self, key: Any, job: Job, row: Entry) -> None:
        """Also for a settlement that moved nothing; ``row`` is then the row before."""
        own = row.kind == "settle" and row.job == key
        at = self._moment(("settle", key), row)
        out, cost = job.out(), job.row.settled_cost or 0
        before = self._held_by(job)
        job.late = job.state == "expired"
        back, gone = Returned(), [0, 0, 0, 0]
        if cost > out:
            monthly, addon, job.shortfall = self.wallet.split(cost - out)
            if own or monthly + addon == 0:
                self.wallet.draw(key, job, monthly, addon, row)
            else:
                self._blame("C1", f"job {key} drew nothing when it settled for more")
        else:
            back = self.wallet.give_back(job, out - cost, at)
            if own:
                gone = self._expect_more(row, back, at)
            elif out > cost:
                self._blame("C1", f"job {key} gave nothing back when it settled for less")
        job.state, job.settled_cost = "settled", cost
        job.deducted, job.refunded = job.out_by_bucket(), (0, 0)
        self._tell(key, job, row.seq, before)
        previous, new = self._balances(row) if own else [self._balances(row)[1]] * 2
        answer = [
            *(cost, *job.deducted, job.shortfall, back.monthly, back.addon, *gone),
            *(job.late, previous, new - sum(gone), row.seq),
        ]
        rows = self._rows_of_return() if own else 0
        unasked = job.held_until_expiry() if job.late else out
        self._note(("settle", key), row, rows, answer, (cost, job.shortfall, unasked))

    def _apply_return(self, row: Entry) -> None:
        states = ("reserved", "settled") if row.kind == "refund" else ("reserved",)
        job = self._job(row, *states)
        if job is None:
            return
        amount = row.monthly + row.addon if row.reference is not None else job.out()
        key: CallKey = (row.kind, row.job)
        if row.reference is not None:
            key = ("part", row.job, row.reference)
        if amount > job.out():
            self._blame("C7", f"row {row.seq} gives {amount} back, job {row.job} has {job.out()}")
        self._return(key, job, row, amount, self._moment(key, row))

    def _return(self, key: CallKey, job: Job, row: Entry, amount: int, at: Span) -> None:
        before = self._held_by(job)
        back = self.wallet.give_back(job, amount, at)
        gone = self._expect_more(row, back, at)
        monthly, addon = job.refunded
        job.refunded = (monthly + back.monthly, addon + back.addon)
        previous, new = self._balances(row)
        answer = [
            *(amount, back.monthly, back.addon, *gone),
            *(previous, new - sum(gone), row.seq),
        ]
        if job.out() == 0:
            job.state = ENDED[row.kind]
            job.endings[row.seq] = (key[0], answer)
        self._tell(key[1], job, row.seq, before)
        self._note(key, row, self._rows_of_return(), answer, (amount,))

    def _apply_expire(self, row: Entry) -> None:
        job = self._job(row, "reserved")
        if job is None:
            return
        deadline = job.row.hold_expires
        first = self.wallet.next_hold()
        if deadline is None or deadline > row.ts:
            self._blame("C1", f"row {row.seq}: the hold of job {row.job} was not over")
            deadline = row.ts
        elif first is not None and first[0] < deadline:
            self._blame("C1", f"row {row.seq}: the hold of job {first[1]} ended before")
        elif any(pack.latest <= deadline for pack in self.wallet.filled.values()):
            self._blame("C1", f"row {row.seq}: a pack ended before the hold of job {row.job}")
        self._return(("expire", row.job), job, row, job.out(), (deadline, deadline))

    # --- what a return does not leave there, and lapses ---------------------------------------

    def _expect_more(self, row: Entry, back: Returned, at: Span) -> list[int]:
        """What lapses of a return and what goes to revocations, monthly and addon each; the next
        rows then have to say so."""
        rows = self.books.ledger
        if back.unsure:
            later = rows[self._row + 1] if self._row + 1 < len(rows) else None
            follows = later is not None and later.kind == "lapse" and later.job == row.job
            self.wallet.settle_doubts(back, -later.addon if later and follows else 0)
        self.wallet.collect(back, at)
        self.met["returned to a month that owed"] += back.paid > 0
        lapsed = [back.monthly_lapsed, back.addon_lapsed]
        revoked = [back.revoked(monthly=True), back.revoked(monthly=False)]
        moves = {"lapse": lapsed, "revoke": revoked}
        kinds = [kind for kind, moved in moves.items() if sum(moved) > 0]
        if kinds:
            self._due = Due(row.job, back, kinds, row.kind == "expire")
        return [*lapsed, *revoked]

    def _rows_of_return(self) -> int:
        return 1 + (len(self._due.kinds) if self._due is not None else 0)

    def _apply_due(self, row: Entry, due: Due) -> None:
        kind = due.kinds.pop(0)
        if row.kind != kind or row.job != due.job:
            self._blame("C1", f"row {row.seq} should be a {kind} of what job {due.job} gave back")
        if kind == "lapse":
            self.wallet.lapse_returned(due.back)
        else:
            self.wallet.hand_over(due.back)
        if not due.kinds:
            self._due = None
            for revocation, collected in due.back.changed.items():
                self._tell_revocation(revocation, row, changed=collected > 0)
                what = "returned" if collected > 0 else "lapsed"
                self.met[f"{what} to a revocation: of {revocation.source.kind}"] += 1
        if not due.caught_up:
            self._boundary = row.ts

    def _apply_lapse(self, row: Entry) -> None:
        if row.job is not None:
            self._blame("C1", f"row {row.seq}: nothing of job {row.job} was to lapse")
            return
        problem = self.wallet.lapse_problem(row.pack, -row.addon, row.ts)
        if problem:
            self._blame("C1", f"row {row.seq}: {problem}")
        self.wallet.lapse(row.pack)

    # --- new credits --------------------------------------------------------------------------

    def _apply_grant(self, row: Entry) -> None:
        pack = self.books.packs.get(row.seq)
        self.wallet.grant(row, pack)
        figures = (row.addon, *((pack.granted_until, pack.kind, pack.priority) if pack else ()))
        answer = [*self._balances(row), row.seq]
        self._note(("grant", self.books.index, row.reference), row, 1, answer, figures)

    def _apply_renew(self, row: Entry) -> None:
        renewal = self.books.renewals.get(row.seq)
        if renewal is None:
            self._blame("C1", f"row {row.seq} is a renewal of no period")
            return
        carried, unused = self.wallet.renew(renewal)
        answer = [carried, unused - carried, *self._balances(row), row.seq]
        figures = (self.wallet.months[-1].allowance, renewal.cap)
        self._note(("renew", self.books.index, renewal.period), row, 1, answer, figures)

    def _apply_change(self, row: Entry) -> None:
        """Another allowance for the present month."""
        stored, months = self.books.changes.get(row.seq), self.wallet.months
        if stored is None or not months or months[-1].period != stored.period:
            self._blame("C1", f"row {row.seq} changes no month, or not the present one: {stored}")
            return
        month = months[-1]
        previous, owed = month.allowance, month.owed
        collected, passed = self.wallet.change(stored)
        for revocation in passed:
            self._tell_revocation(revocation, row)
        if stored[2:] != (previous, month.allowance, month.owed, collected):
            self._blame("C1", f"a change is stored as {stored}, not {previous} to {month}")
        self.met["lowered below what was spent"] += month.owed > owed
        self.met["raised, and paid what was owed"] += month.owed < owed
        self.met["changed beside a revocation"] += len(passed) > 0
        key = ("change", self.books.index, row.reference)
        answer = [previous, month.owed, *self._balances(row), row.seq]
        self._note(key, row, 1, answer, (stored.period, stored.allowance))

    # --- refunds and disputes -----------------------------------------------------------------

    def _apply_revoke(self, row: Entry) -> None:
        stored = self._opened.get(row.seq)
        source = self.wallet.sources.get(stored.source) if stored is not None else None
        if row.job is not None:
            self._blame("C1", f"row {row.seq}: nothing of job {row.job} was to be revoked")
        elif stored is None or source is None or stored.id in source.revocations:
            self._blame("C3", f"row {row.seq} is of no revocation, or of a known one: {stored}")
        else:
            key = (f"revoke_{source.what}", self.books.index, source.name, stored.id)
            revocation = self.wallet.revoke(source, stored, self._moment(key, row))
            self._tell_revocation(revocation, row)
            self.met[f"revoked: of {source.kind}"] += 1
            self.revocations[key[1:]] = revocation
            self._note(key, row, 1, revocation.answer(), (stored.requested,))

    def _apply_reinstate(self, row: Entry) -> None:
        stored = self._ended.get(row.seq)
        source = self.wallet.sources.get(stored.source) if stored is not None else None
        if stored is None or source is None:
            self._blame("C3", f"row {row.seq} reinstates no revocation that has ended: {stored}")
            return
        key = (f"reinstate_{source.what}", self.books.index, source.name, stored.id)
        moved = row.monthly + row.addon
        ended, *passed = self.wallet.reinstate(source, stored, self._moment(key, row), moved)
        for revocation in (ended, *passed):
            self._tell_revocation(revocation, row)
        self.met["undone in favour of another"] += len(passed)
        self.met[f"reinstated: of {source.kind}"] += 1
        self.met["won before it was opened"] += ended.opened is None
        self.revocations[key[1:]] = ended
        self._note(key, row, 1, ended.answer(), ())

    def _tell_revocation(self, revocation: Revocation, row: Entry, *, changed: bool = True) -> None:
        """Not ``changed``: it only waits for less than before."""
        if changed:
            previous, new = self._balances(row)
            revocation.seq, revocation.balances = row.seq, (previous, new)
        revocation.tell(row.seq)

    # --- calls that moved nothing, and the end ------------------------------------------------

    def _find_calls_without_row(self) -> None:
        """Free reservations, settlements at what was held, returns of nothing: only the jobs tell.
        Of one job they come in the order of its life."""
        rows = self.books.ledger
        for key, job in self.books.jobs.items():
            wanted = [(job.settle_seq, 2, "settle")]
            if job.first_cost == 0:
                wanted.append((job.reserve_seq, 1, "reserve"))
            if job.closing_seq is not None:
                kind = {state: kind for kind, state in ENDED.items()}.get(job.state, job.state)
                wanted.append((job.closing_seq, 3, kind))
            for seq, rank, kind in wanted:
                if seq is None:
                    continue
                if not 0 < seq <= len(rows):
                    self._blame("C1", f"job {key} says {kind} at {seq}: there is no such row")
                    continue
                row = rows[seq - 1]
                if row.job != key or row.kind != kind:
                    self._at_rest.setdefault(seq, []).append((rank, key, kind))

    def _at_rest_after(self, seq: int) -> None:
        for rank, key, kind in sorted(self._at_rest.get(seq, ()), key=lambda found: found[0]):
            row = self.books.ledger[self._row]
            if rank == 1:
                self._reserve_free(key, row)
                continue
            job = self.wallet.jobs.get(key)
            if job is None:
                self._blame("C1", f"job {key} says {kind} at {seq}, and was not reserved then")
            elif rank == 2:
                if job.state not in ("reserved", "expired"):
                    self._blame("C7", f"job {key} settled at {seq}, and was {job.state}")
                self._settle(key, job, row)
            else:
                self._end_at_rest(key, job, kind, row)

    def _reserve_free(self, key: Key, row: Entry) -> None:
        job = self.wallet.jobs[key] = Job(self.books.jobs[key])
        self._tell(key, job, row.seq, 0)
        new = row.monthly_balance + row.addon_balance
        figures = (0, job.row.hold_expires)
        self._note(("reserve", key), row, 0, [0, 0, new, new, None, row.seq], figures)

    def _end_at_rest(self, key: Key, job: Job, kind: str, row: Entry) -> None:
        """A whole return of a job that held nothing."""
        if job.out() != 0 or job.state in ENDED.values():
            self._blame("C7", f"job {key} ended at {row.seq} by no row, and was {job.state}")
            return
        job.state = ENDED.get(kind, job.state)
        new = row.monthly_balance + row.addon_balance
        answer = [*_ZEROS, new, new, row.seq]
        job.endings[row.seq] = (kind, answer)
        self._tell(key, job, row.seq, 0)
        self._note((kind, key), row, 0, answer, (0,))

    def _finish(self) -> None:
        """What is stored at the end is what the rows lead to."""
        for key, stored in self.books.jobs.items():
            job = self.wallet.jobs.get(key)
            if job is None:
                self._blame("C1", f"job {key} was reserved by no row")
                continue
            found = (
                stored.state,
                (stored.monthly_deducted, stored.addon_deducted),
                (stored.monthly_refunded, stored.addon_refunded),
                (stored.settled_cost, stored.raised, stored.shortfall, stored.late),
            )
            rest = (job.settled_cost, job.raised, job.shortfall, job.late)
            wanted = (job.state, job.deducted, job.refunded, rest)
            if found != wanted:
                self._blame("C1", f"job {key} is stored as {found}, and not {wanted}")
        for seq, pack in self.wallet.packs.items():
            row = self.books.packs[seq]
            left = (row.remaining, row.lapsed) == (pack.remaining, pack.lapsed)
            if not left or not pack.soonest <= row.expires <= pack.latest:
                self._blame("C1", f"pack {seq} is stored as {row}, and not {pack}")
        self._finish_draws()
        self._finish_revocations()
        for stored_renewal, month in zip(
            self.books.renewals.values(), self.wallet.months, strict=False
        ):
            if stored_renewal[1:] != astuple(month):
                self._blame("C1", f"a renewal is stored as {stored_renewal}, not {month}")
        if self.books.period != self.wallet.period:
            self._blame("C1", f"the period is {self.books.period}, not {self.wallet.period}")

    def _finish_revocations(self) -> None:
        for row in self.books.revocations:
            source = self.wallet.sources.get(row.source)
            revocation = source.revocations.get(row.id) if source is not None else None
            if revocation is None or revocation.problem():
                wanted = revocation and revocation.problem()
                self._blame("C1", f"a revocation is stored as {wanted or row}")
        waits_for = sum(revocation.uncollected for revocation in self.wallet.waiting)
        waits_for += sum(month.owed for month in self.wallet.months)
        if self.books.uncollected != waits_for:
            self._blame("C1", f"{self.books.uncollected} are uncollected, and not {waits_for}")

    def _finish_draws(self) -> None:
        """What a job holds of packs is what its draws have not given back, and each is of a row."""
        for key, rest in self.wallet.draws.items():
            if rest:
                self._blame("C1", f"job {key} has draws of no row: {[*rest]}")
        drawn: Counter[tuple[Key, int]] = Counter()
        for (key, _), draws in self.books.draws.items():
            for draw in draws:
                drawn[key, draw.pack] += draw.amount - draw.returned
        for (key, pack), amount in drawn.items():
            job = self.wallet.jobs.get(key)
            held = sum(s.amount for s in job.held if s.pack == pack) if job is not None else 0
            if held != amount:
                self._blame("C1", f"job {key} has {amount} out of pack {pack}, and not {held}")


_HANDLERS: dict[str, Callable[[Replay, Entry], None]] = {
    "open": Replay._apply_open,
    "adjust": Replay._apply_limit,
    "reserve": Replay._apply_reserve,
    "raise": Replay._apply_raise,
    "settle": Replay._apply_settle,
    "refund": Replay._apply_return,
    "rollback": Replay._apply_return,
    "grant": Replay._apply_grant,
    "renew": Replay._apply_renew,
    "change": Replay._apply_change,
    "revoke": Replay._apply_revoke,
    "reinstate": Replay._apply_reinstate,
}
