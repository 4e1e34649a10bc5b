"""Corruptions of what is stored."""

from __future__ import annotations

from fire.checker.books import Entry, ProfileBooks, RevocationRow
from fire.checker.corruptions import Case, NoCandidate, append, corruption, shift
from fire.checker.wallet import ENDED

_SECOND = 1_000_000


@corruption("C5", "a ledger row is missing")
def drop_a_row(case: Case) -> None:
    profile = case.pick(p for p in case.profiles() if len(p.ledger) > 4)
    del profile.ledger[case.chance.randrange(1, len(profile.ledger) - 1)]


@corruption("C5", "seq has a gap")
def leave_a_gap(case: Case) -> None:
    profile = case.pick(p for p in case.profiles() if len(p.ledger) > 4)
    middle = len(profile.ledger) // 2
    later = [row._replace(seq=row.seq + 1) for row in profile.ledger[middle:]]
    profile.ledger[middle:] = later
    profile.seq += 1


@corruption("C5", "the profile's seq lags behind")
def lag_behind(case: Case) -> None:
    case.pick(case.profiles()).seq -= 1


@corruption("C1", "a reservation takes addon credits first")
def swap_the_buckets(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("reserve") if f[1].monthly != f[1].addon)
    shift(profile, row.seq, row.addon - row.monthly, row.monthly - row.addon)
    _split(profile, row.job, -row.addon, -row.monthly)


@corruption("C1", "a raise takes addon credits first")
def swap_the_buckets_of_a_raise(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("raise") if f[1].monthly != f[1].addon)
    shift(profile, row.seq, row.addon - row.monthly, row.monthly - row.addon)


@corruption("C1", "a job is stored as raised by one credit more")
def raise_one_more(case: Case) -> None:
    profile, row = case.pick(case.rows("raise"))
    job = profile.jobs[row.job]
    profile.jobs[row.job] = job._replace(raised=job.raised + 1)


@corruption("C7", "an ended job is raised")
def raise_an_ended_job(case: Case) -> None:
    profile, key = _ended(case, "rolled_back", "refunded", "expired")
    append(profile, "raise", 0, -1, job=key)


@corruption("C1", "a refund puts all credits into the monthly bucket")
def misplace_a_refund(case: Case) -> None:
    found = [f for f in case.rows("refund", "rollback") if f[1].addon > 0]
    profile, row = case.pick(found)
    shift(profile, row.seq, row.addon, -row.addon)


@corruption("C1", "a hold goes back before its deadline")
def expire_early(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("expire") if f[1].job in f[0].jobs)
    job = profile.jobs[row.job]
    profile.jobs[row.job] = job._replace(hold_expires=row.ts + 10 * _SECOND)


@corruption("C1", "an overdue hold is left while others are served")
def expire_late(case: Case) -> None:
    found = []
    for profile in case.profiles():
        for place, row in enumerate(profile.ledger):
            before = profile.ledger[:place]
            reserved = next((r for r in before if r.job == row.job and r.kind == "reserve"), None)
            served = [r for r in before if r.kind not in ("expire", "lapse")]
            if row.kind == "expire" and reserved and served[-1].seq > reserved.seq + 1:
                found.append((profile, row, reserved))
    profile, row, reserved = case.pick(found)
    job = profile.jobs[row.job]
    profile.jobs[row.job] = job._replace(hold_expires=reserved.ts)


@corruption("C1", "a pack keeps what a job drew from it")
def refill_a_pack(case: Case) -> None:
    profile = case.pick(p for p in case.profiles() if p.packs)
    seq = case.chance.choice(list(profile.packs))
    pack = profile.packs[seq]
    profile.packs[seq] = pack._replace(remaining=pack.remaining + 1)


@corruption("C1", "a pack's rest lapses before its end")
def lapse_early(case: Case) -> None:
    found = [f for f in case.rows("lapse") if f[1].pack in f[0].packs]
    profile, row = case.pick(found)
    pack = profile.packs[row.pack]
    later = row.ts + 10 * _SECOND
    profile.packs[row.pack] = pack._replace(granted_until=later, expires=later)


@corruption("C1", "a job draws perpetual credits where a pack has some")
def forget_a_draw(case: Case) -> None:
    profile = case.pick(p for p in case.profiles() if p.draws)
    del profile.draws[case.chance.choice(list(profile.draws))]


@corruption("C1", "a job is stored in another state")
def store_another_state(case: Case) -> None:
    ended = [f for f in case.rows("refund") if f[0].jobs[f[1].job].closing_seq == f[1].seq]
    profile, row = case.pick(ended)
    profile.jobs[row.job] = profile.jobs[row.job]._replace(state="rolled_back")


@corruption("C1", "a renewal adds its allowance and keeps everything")
def renew_by_adding(case: Case) -> None:
    found = []
    for profile, row in case.rows("renew"):
        renewal = profile.renewals[row.seq]
        kept = row.monthly - renewal.allowance
        if kept < 0:
            found.append((profile, row, -kept))
    profile, row, lapsed = case.pick(found)
    shift(profile, row.seq, lapsed, 0)


@corruption("C1", "a raised allowance adds one credit more than what was not owed")
def change_by_one_more(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("change") if f[1].monthly > 0)
    shift(profile, row.seq, 1, 0)


@corruption("C1", "what a lowered allowance could not take is forgotten")
def forget_what_is_owed(case: Case) -> None:
    profile, renewal = case.pick(
        (p, r) for p in case.profiles() for r in p.renewals.values() if r.owed > 0
    )
    profile.renewals[renewal.seq] = renewal._replace(owed=0)
    profile.uncollected -= renewal.owed


@corruption("C1", "a change is stored with what it left owed of another")
def owe_more(case: Case) -> None:
    profile, row = case.pick(case.rows("change"))
    change = profile.changes[row.seq]
    profile.changes[row.seq] = change._replace(owed=change.owed + 1)


@corruption("C3", "an allowance changes and nobody asked for it")
def change_for_nobody(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("change") if f[0].period == _period(*f))
    append(profile, "change", 0, 0, reference="c0")
    allowance = next(r.allowance for r in profile.renewals.values() if r.period == profile.period)
    owed = next(r.owed for r in profile.renewals.values() if r.period == profile.period)
    profile.changes[profile.seq] = profile.changes[row.seq]._replace(
        seq=profile.seq, previous=allowance, allowance=allowance, owed=owed, collected=0
    )


@corruption("C6", "a bucket holds one credit more than its rows say")
def add_to_a_bucket(case: Case) -> None:
    case.pick(case.profiles()).addon += 1


@corruption("C6", "a row's balance is one too high")
def add_to_a_balance(case: Case) -> None:
    profile, row = case.pick(case.rows())
    profile.ledger[row.seq - 1] = row._replace(monthly_balance=row.monthly_balance + 1)


@corruption("C6", "a job holds one credit more than it took")
def add_to_a_job(case: Case) -> None:
    found = [(p, k) for p in case.profiles() for k, j in p.jobs.items() if j.state == "reserved"]
    profile, key = case.pick(found)
    job = profile.jobs[key]
    profile.jobs[key] = job._replace(addon_deducted=job.addon_deducted + 1)


@corruption("C7", "a refund is made twice")
def refund_twice(case: Case) -> None:
    ended = [f for f in case.rows("refund") if f[0].jobs[f[1].job].closing_seq == f[1].seq]
    profile, row = case.pick(ended)
    append(profile, "refund", row.monthly, row.addon, job=row.job)


@corruption("C7", "an ended job settles")
def settle_an_ended_job(case: Case) -> None:
    profile, key = _ended(case, "rolled_back", "refunded")
    append(profile, "settle", 0, 1, job=key)


@corruption("C7", "an expired hold is rolled back as well")
def roll_back_an_expired_job(case: Case) -> None:
    profile, key = _ended(case, "expired")
    job = profile.jobs[key]
    append(profile, "rollback", job.monthly_deducted, job.addon_deducted, job=key)


@corruption("C7", "a job gives back more than it has")
def give_back_too_much(case: Case) -> None:
    jobs = [(p, k) for p in case.profiles() for k, j in p.jobs.items() if j.state == "settled"]
    profile, key = case.pick(jobs)
    append(profile, "refund", 0, 1000, job=key, reference="p1")


@corruption("C3", "a grant is there that nobody asked for")
def grant_to_a_ghost(case: Case) -> None:
    append(case.pick(case.profiles()), "grant", 0, 10, reference="g1")


@corruption("C3", "a grant gave one credit more than was asked for")
def grant_one_more(case: Case) -> None:
    found = [f for f in case.rows("grant") if f[1].seq not in f[0].packs]
    profile, row = case.pick(found)
    shift(profile, row.seq, 0, 1)


@corruption("C1", "a return keeps what a revocation waited for")
def keep_what_is_waited_for(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("revoke") if f[1].job is not None)
    shift(profile, row.seq, -row.monthly, -row.addon)
    _collect(profile, row.seq, row.monthly + row.addon)


@corruption("C1", "a revocation takes one credit more than was left")
def revoke_one_more(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("revoke") if f[1].job is None)
    monthly = profile.renewals.keys() & {r.source for r in _changed_at(profile, row.seq)}
    shift(profile, row.seq, -1 if monthly else 0, 0 if monthly else -1)
    _collect(profile, row.seq, 1)


@corruption("C3", "a revocation is collected twice")
def revoke_twice(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("revoke") if f[1].monthly + f[1].addon < 0)
    append(profile, "revoke", row.monthly, row.addon)


@corruption("C3", "a revocation that was won before takes something")
def revoke_what_was_won(case: Case) -> None:
    profile, revocation = case.pick(
        (p, r) for p in case.profiles() for r in p.revocations if r.opened is None
    )
    append(profile, "revoke", 0, -1)
    place = profile.revocations.index(revocation)
    profile.revocations[place] = revocation._replace(requested=1, opened=profile.seq)


@corruption("C1", "a reinstatement gives back one credit more than was collected")
def reinstate_one_more(case: Case) -> None:
    profile, row = case.pick(f for f in case.rows("reinstate") if f[1].addon > 0)
    shift(profile, row.seq, 0, 1)


@corruption("C3", "a revocation that was won is stored as open")
def store_as_open(case: Case) -> None:
    profile, revocation = case.pick(
        (p, r) for p in case.profiles() for r in p.revocations if r.ended and r.opened
    )
    place = profile.revocations.index(revocation)
    profile.revocations[place] = revocation._replace(ended=False)


@corruption("C1", "a profile waits for more than its revocations have to collect")
def wait_for_more(case: Case) -> None:
    case.pick(case.profiles()).uncollected += 1


@corruption("C10", "check_integrity finds something")
def find_something(case: Case) -> None:
    case.books.findings.append(["ledger balance", "x", "y", "1", "2"])


@corruption("C8", "the server counted a deadlock")
def count_a_deadlock(case: Case) -> None:
    case.books.deadlocks = 1


def _period(profile: ProfileBooks, row: Entry) -> int:
    return profile.changes[row.seq].period


def _ended(case: Case, *states: str) -> tuple[ProfileBooks, int]:
    assert set(states) <= set(ENDED.values())
    found = [(p, k) for p in case.profiles() for k, j in p.jobs.items() if j.state in states]
    if not found:
        raise NoCandidate
    profile, key = case.chance.choice(found)
    return profile, key


def _split(profile: ProfileBooks, key: int, monthly: int, addon: int) -> None:
    job = profile.jobs[key]
    if job.settled_cost is None:
        profile.jobs[key] = job._replace(monthly_deducted=monthly, addon_deducted=addon)


def _changed_at(profile: ProfileBooks, seq: int) -> list[RevocationRow]:
    return [row for row in profile.revocations if seq in (row.opened, row.seq)]


def _collect(profile: ProfileBooks, seq: int, more: int) -> None:
    """An open revocation that row ``seq`` is of has collected so much more."""
    for row in _changed_at(profile, seq)[:1]:
        if not row.ended:
            place = profile.revocations.index(row)
            profile.revocations[place] = row._replace(collected=row.collected + more)
            profile.uncollected -= more
