"""Rules broken on purpose, to see that the campaigns can fail: each must be noticed."""

from __future__ import annotations

from pathlib import Path

from fire.faults.aftermath import Aftermath
from fire.faults.failover import fail_over_again_and_again, pair
from fire.faults.schedule import Planned
from fire.faults.storm import Size, scene, storm
from support import function_file

SMALL = Size(processes=1, clients=8, cold=40)
_DURABLE = """  if not credits._commits_durably() then
    perform set_config('synchronous_commit', 'on', true);
  end if;

"""
_ENDED = """    if v_job.closing_seq is not null then
      return credits._answer_ended_job(v_job, 'refund');
    end if;
"""


def without(function: str, rule: str) -> str:
    """The SQL of a function that lacks a rule."""
    text = function_file(function).read_text("utf-8")
    assert text.count(rule) == 1, f"{function} has no single {rule!r}"
    return text.replace(rule, "")


def commits_that_do_not_wait_for_the_disk(folder: Path, seed: int) -> Aftermath:
    """The server was told not to wait, and the function that would not have that is gone."""
    with scene(folder, seed, SMALL, synchronous_commit="off", wal_writer_delay="10s") as made:
        with made.server.connect() as connection:
            for function in ("_lock_profile", "_lock_job"):
                connection.execute(without(function, _DURABLE))
            connection.execute("checkpoint")
        return storm(made, [Planned(1.0, "server and all sessions killed")], 60)


def a_standby_that_nobody_waits_for(folder: Path, seed: int) -> Aftermath:
    """The primary is lost while its standby is behind."""
    with pair(folder, seed, SMALL, synchronous=False) as made:
        return fail_over_again_and_again(made, 60, most=1, behind=True)


def a_refund_that_does_not_look_at_the_state(folder: Path, seed: int) -> Aftermath:
    """No fault is needed: the same refund twice is one."""
    with scene(folder, seed, SMALL) as made:
        with made.server.connect() as connection:
            connection.execute(without("refund_job", _ENDED))
        return storm(made, [Planned(0.2, "answer lost") for _ in range(5)], 60)
