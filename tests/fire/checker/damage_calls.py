"""Corruptions of what the clients saw."""

from __future__ import annotations

from fire.checker.books import RevocationRow
from fire.checker.calls import REVOKES
from fire.checker.corruptions import (
    Case,
    change,
    change_result,
    corruption,
)
from fire.checker.history import Call
from fire.checker.refusals import key_of

_SECOND_NS = 1_000_000_000


@corruption("C3", "an acknowledged call has no effect")
def acknowledge_nothing(case: Case) -> None:
    call = case.pick(case.alone("grant"))
    ghost = Call(call.op + 1, "grant", call.profile, list(call.args), list(call.attempts), 1)
    ghost.args[0] = ghost.op
    case.history.calls[-1] = ghost


@corruption("C3", "a refused call has an effect")
def refuse_and_act(case: Case) -> None:
    call = case.pick(case.alone("refund", "part", "rollback", "settle"))
    change(call, outcome="refused", result=["wrong_state", {}])


@corruption("C3", "a call that was rolled back has an effect")
def roll_back_and_act(case: Case) -> None:
    change(case.pick(case.alone()), outcome="aborted")


@corruption("C3", "a replay is answered with another split")
def replay_another_split(case: Case) -> None:
    call = case.pick(case.answered("reserve", replayed=True))
    change_result(call, 1, call.last.result[1] + 1)
    change_result(call, 2, call.last.result[2] - 1)


@corruption("C3", "a replay is answered with another seq")
def replay_another_seq(case: Case) -> None:
    call = case.pick(case.answered("reserve", "grant", "renew", replayed=True))
    change_result(call, -2, call.last.result[-2] + 1)


@corruption("C3", "a repeated call is answered as new")
def answer_as_new_twice(case: Case) -> None:
    methods = ("reserve", "grant", "part", "revoke_grant")
    new = {key_of(call) for call in case.answered(*methods, replayed=False)}
    replayed = case.answered(*methods, replayed=True)
    change_result(case.pick(call for call in replayed if key_of(call) in new), -1, False)


@corruption("C3", "a refusal for want of credits that were there")
def refuse_without_need(case: Case) -> None:
    found = [
        call
        for call in case.history
        if call.method == "reserve"
        and call.last.outcome == "refused"
        and call.last.result[0] == "insufficient_credits"
    ]
    call = case.pick(found)
    token, figures = call.last.result
    figures = {**figures, "addon": figures["addon"] + 1000}
    change(call, result=[token, figures])


@corruption("C3", "a refused revocation names another amount than the first one had")
def refuse_for_another_amount(case: Case) -> None:
    refused = [c for c in case.history if c.method in REVOKES and c.last.outcome == "refused"]
    call = case.pick(c for c in refused if c.last.result[0] == "reference_conflict")
    token, figures = call.last.result
    change(call, result=[token, {**figures, "stored": 1000}])


@corruption("C3", "a refusal names a state that the job never had")
def refuse_a_state(case: Case) -> None:
    call = case.pick(case.alone("reserve"))
    settle = Call(call.op, "settle", call.profile, [call.args[0], 1, 0, 1], [], 1)
    end = max(c.last.completed or 0 for c in case.history) + _SECOND_NS
    late = call.last._replace(
        invoked=end, completed=end + 1, outcome="refused", result=["job_not_found", {}]
    )
    settle.attempts.append(late)
    case.history.calls[-1] = settle


@corruption("C3", "a reservation is replayed when its credits have gone back")
def replay_what_went_back(case: Case) -> None:
    known: dict[int, int] = {}  # at the newest row that is known it may still have been there
    for call in case.answered("balance"):
        known[call.profile] = max(known.get(call.profile, 0), call.last.result[3])
    jobs = {key: job for profile in case.profiles() for key, job in profile.jobs.items()}
    ended = {key: job.closing_seq for key, job in jobs.items() if job.closing_seq is not None}
    found = [c for c in case.alone("reserve") if c.args[0] in ended]
    found = [c for c in found if ended[c.args[0]] < known.get(c.profile, 0)]
    _repeat_late(case, case.pick(found))


@corruption("C3", "a reservation is answered with a state that its job never had")
def answer_another_state(case: Case) -> None:
    change_result(case.pick(case.answered("reserve", replayed=False)), 0, "settled")


@corruption("C3", "a repeated revocation has collected something else")
def replay_another_revocation(case: Case) -> None:
    call = case.pick(case.answered(*REVOKES, replayed=True))
    change_result(call, 3, call.last.result[3] + 1)


@corruption("C3", "a revocation that was won is replayed as it was opened")
def replay_what_was_won(case: Case) -> None:
    calls = case.answered(*REVOKES, replayed=False)
    _repeat_late(case, case.pick(c for c in calls if all(r.ended for r in _rows_of(case, c))))


@corruption("C3", "a revocation of another amount is taken for the same")
def replay_another_amount(case: Case) -> None:
    calls = case.answered(*REVOKES, replayed=True)
    call = case.pick(c for c in calls if all(r.opened for r in _rows_of(case, c)))
    call.args[2] = (call.args[2] or 0) + 1


@corruption("C3", "a revocation of a grant is refused for want of the grant")
def refuse_what_is_there(case: Case) -> None:
    call = case.pick(case.answered("revoke_grant"))
    late = _repeat_late(case, call)
    change(late, outcome="refused", result=["grant_not_found", {}])


@corruption("C3", "a raise is answered as new twice")
def raise_twice(case: Case) -> None:
    late = _repeat_late(case, case.pick(case.answered("raise", replayed=False)))
    change_result(late, -1, False)


@corruption("C3", "a raise had an effect that its caller rolled back")
def roll_back_a_raise(case: Case) -> None:
    change(case.pick(case.answered("raise", replayed=False)), outcome="aborted")


@corruption("C3", "a raise took more than was asked for")
def raise_by_more(case: Case) -> None:
    case.pick(case.answered("raise", replayed=False)).args[1] -= 1


@corruption("C3", "a raise that takes nothing says that the job holds more")
def hold_more(case: Case) -> None:
    call = case.pick(case.answered("raise", replayed=True))
    change_result(call, 0, call.last.result[0] + 1)


@corruption("C3", "a raise that takes nothing is answered as of before")
def hold_as_of_before(case: Case) -> None:
    """The right answer, long after later rows were known."""
    ledgers = {profile.index: profile.ledger for profile in case.profiles()}
    calls = case.answered("raise", replayed=True)
    _repeat_late(case, case.pick(c for c in calls if c.last.result[-2] < len(ledgers[c.profile])))


@corruption("C3", "a repeated change is answered with what is owed by now")
def replay_another_debt(case: Case) -> None:
    call = case.pick(case.answered("change"))
    change_result(call, 1, call.last.result[1] + 1)


@corruption("C3", "a change to another allowance is taken for the same")
def change_otherwise(case: Case) -> None:
    case.pick(case.answered("change")).args[2] += 1


@corruption("C3", "two sweeps work the same hold off")
def sweep_twice(case: Case) -> None:
    found = [
        call
        for call in case.history
        if call.method == "expire_holds" and call.last.outcome == "ok" and call.last.result
    ]
    call = case.pick(found)
    case.history.calls[-1] = Call(-1, call.method, -1, [1], list(call.attempts), 1)


@corruption("C2", "a call gets a seq before one that had ended")
def reorder_real_time(case: Case) -> None:
    """As if the later calls had all been over before this one began."""
    calls = case.alone("reserve", "grant", "renew")
    newest: dict[int, int] = {}
    for call in calls:
        newest[call.profile] = max(newest.get(call.profile, 0), call.last.result[-2])
    found = [call for call in calls if call.last.result[-2] < newest[call.profile]]
    end = max(c.last.completed or 0 for c in case.history) + _SECOND_NS
    change(case.pick(found), invoked=end, completed=end + 1)


@corruption("C4", "a balance that never was")
def read_wrong(case: Case) -> None:
    call = case.pick(case.answered("balance"))
    change_result(call, 0, call.last.result[0] + 1)


@corruption("C4", "what is held is not of the same moment")
def read_held_of_another_moment(case: Case) -> None:
    call = case.pick(case.answered("balance"))
    change_result(call, 2, call.last.result[2] + 1000)


@corruption("C4", "a stale balance")
def read_stale(case: Case) -> None:
    """The right balance of the first row, long after later ones were known."""
    call = case.pick(c for c in case.answered("balance") if c.last.result[3] > 3)
    first = case.books.profiles[call.profile].ledger[0]
    end = max(c.last.completed or 0 for c in case.history) + _SECOND_NS
    result = [first.monthly_balance, first.addon_balance, 0, 1]
    change(call, invoked=end, completed=end + 1, result=result)


@corruption("C4", "a balance from the future")
def read_ahead(case: Case) -> None:
    """The right balance of a row, before anybody had asked for that row."""
    call = case.pick(c for c in case.answered("balance") if c.last.result[3] > 3)
    change(call, invoked=1, completed=2)


@corruption("C4", "a balance of the past with a later row in it")
def read_the_past_wrong(case: Case) -> None:
    found = [c for c in case.answered("balance_at") if c.last.result[3] > 1]
    call = case.pick(found)
    row = case.books.profiles[call.profile].ledger[call.last.result[3] - 1]
    call.args[0] = row.ts - 1


@corruption("C4", "a statement with a row that is not in the ledger")
def read_another_statement(case: Case) -> None:
    call = case.pick(c for c in case.answered("statement") if c.last.result[1] > 0)
    change_result(call, 2, call.last.result[2] ^ 1)


@corruption("C4", "a statement that skips the newest rows")
def read_a_short_statement(case: Case) -> None:
    call = case.pick(c for c in case.answered("statement") if c.last.result[1] > 1)
    change_result(call, 1, call.last.result[1] - 1)


@corruption("C4", "a job's story without its last step")
def read_a_short_story(case: Case) -> None:
    call = case.pick(case.answered("explain"))
    change_result(call, 1, call.last.result[1] + 1)


@corruption("C6", "a snapshot in which a balance is not its newest row's")
def read_a_torn_bank(case: Case) -> None:
    call = case.pick(case.history)
    attempt = call.last._replace(outcome="ok", result=[1, 10, 10])
    case.history.calls[-1] = Call(-1, "bank", -1, [], [attempt], 1)


@corruption("C8", "a call fails of a deadlock")
def deadlock(case: Case) -> None:
    _fail(case, "40P01")


@corruption("C8", "a call fails of an internal error")
def fail_internally(case: Case) -> None:
    _fail(case, "XX000")


@corruption("C8", "a unique violation escapes")
def let_a_duplicate_escape(case: Case) -> None:
    _fail(case, "23505")


@corruption("C8", "a refusal whose token is not published")
def refuse_by_another_name(case: Case) -> None:
    call = case.pick(c for c in case.history if c.last.outcome == "refused")
    change(call, result=["not_today", {}])


@corruption("C8", "an answer to somebody else's call")
def mix_up_answers(case: Case) -> None:
    change(case.pick(case.answered("explain")), outcome="strange", result=["..."])


@corruption("C9", "nobody knows what came of a call")
def leave_open(case: Case) -> None:
    call = case.pick(case.alone())
    change(call, outcome="unknown", result=["08006", "gone"], completed=None)


@corruption("C9", "a call is open for 6 seconds after the last fault")
def resolve_late(case: Case) -> None:
    call = case.pick(case.alone("grant", "renew"))
    first = call.last
    call.attempts.insert(0, first._replace(outcome="unknown", result=["08006", "gone"]))
    call.attempts[-1] = first._replace(completed=first.invoked + 6 * _SECOND_NS)
    case.healthy_ns = first.invoked


def _rows_of(case: Case, call: Call) -> list[RevocationRow]:
    """The revocations of a call's profile that have its id, perhaps of several sources."""
    rows = case.books.profiles[call.profile].revocations
    return [row for row in rows if row.id == f"v{call.args[1]}"]


def _repeat_late(case: Case, call: Call) -> Call:
    """The same call once more when all is over, replayed as it was answered."""
    end = max(c.last.completed or 0 for c in case.history) + _SECOND_NS
    result = [*call.last.result[:-1], True]
    late = call.last._replace(invoked=end, completed=end + 1, result=result)
    again = Call(-1, call.method, call.profile, list(call.args), [late], 1)
    case.history.calls[-1] = again
    return again


def _fail(case: Case, state: str) -> None:
    call = case.pick(c for c in case.history if c.last.outcome == "refused")
    change(call, outcome="failed", result=[state, "..."])
