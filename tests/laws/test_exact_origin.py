"""Law 1: the first credits a job drew stay taken, every other one is back where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from laws.wallet import HOUR, Wallet

OpenWallet = Callable[..., Wallet]
EACH = 2  # credits in the monthly bucket, in each of two packs, and in the perpetual rest
EVERYTHING = 4 * EACH


@pytest.fixture
def full(wallet: OpenWallet) -> Callable[[], Wallet]:
    def open_full() -> Wallet:
        full = wallet(EACH, EACH)
        full.pack(EACH, 2 * HOUR)
        full.pack(EACH, HOUR, kind="promo")
        return full

    return open_full


def holdings(wallet: Wallet) -> tuple[Any, ...]:
    return (*wallet.buckets(), *(remaining for remaining, _ in wallet.packs()))


@pytest.mark.parametrize("cost", range(EVERYTHING + 1))
@pytest.mark.parametrize("give_back", ["refund_job", "rollback_reservation"])
def test_reserve_and_return_is_the_identity(
    full: Callable[[], Wallet], cost: int, give_back: str
) -> None:
    wallet = full()
    before = holdings(wallet)
    wallet.call(give_back, job_id=wallet.reserve(cost))
    assert holdings(wallet) == before


@pytest.mark.parametrize("cost", range(1, EVERYTHING + 1))
def test_reserve_and_give_back_a_part_equals_a_smaller_reserve(
    full: Callable[[], Wallet], cost: int
) -> None:
    for part in range(1, cost):
        one, other, settled = full(), full(), full()
        one.refund(one.reserve(cost), part)
        other.reserve(cost - part)
        settled.settle(settled.reserve(cost), cost - part)
        assert holdings(one) == holdings(other) == holdings(settled)


def test_credits_come_back_in_the_opposite_order_of_the_draws(full: Callable[[], Wallet]) -> None:
    wallet = full()
    stages = [holdings(wallet)]
    for cost in range(1, EVERYTHING + 1):
        probe = full()
        probe.reserve(cost)
        stages.append(holdings(probe))
    job_id = wallet.reserve(EVERYTHING)
    for stage in reversed(stages[:-1]):
        wallet.refund(job_id, 1)
        assert holdings(wallet) == stage
    # Monthly first, then the pack that ends first, the other pack, and the perpetual rest.
    assert stages[-1] == (0, 0, 0, 0)
    assert stages[3] == (0, 5, 2, 1)


def test_a_second_draw_comes_back_before_the_first(full: Callable[[], Wallet]) -> None:
    wallet = full()
    job_id = wallet.reserve(3)  # monthly 2, the earlier pack 1
    wallet.renew(1, allowance=2)
    wallet.settle(job_id, 8)  # monthly 2, the earlier pack 1, the later pack 2
    assert holdings(wallet) == (0, 2, 0, 0)
    seen = []
    for _ in range(8):
        wallet.refund(job_id, 1)
        seen.append(holdings(wallet))
    assert seen == [
        (0, 3, 1, 0),
        (0, 4, 2, 0),
        (0, 5, 2, 1),
        (1, 5, 2, 1),
        (2, 5, 2, 1),
        (2, 6, 2, 2),
        (3, 6, 2, 2),
        (4, 6, 2, 2),
    ]


def test_a_paid_pack_that_ended_meanwhile_lives_on_for_the_time_it_had_left(
    wallet: OpenWallet,
) -> None:
    rich = wallet(0, 0)
    rich.pack(10, 3 * HOUR)
    begun = rich.now()
    rich.wait(HOUR)
    job_id = rich.reserve(4)
    rich.wait(9 * HOUR)
    answer = rich.refund(job_id)
    assert (answer["addon_refunded"], answer["addon_lapsed"]) == (4, 0)
    assert rich.packs() == [(4, begun + 12 * HOUR)]
    rich.wait(2 * HOUR)
    assert rich.buckets() == (0, 0)


def test_a_promo_pack_that_ended_meanwhile_takes_nothing_back_and_the_answer_says_so(
    wallet: OpenWallet,
) -> None:
    rich = wallet(0, 5)
    rich.pack(10, HOUR, kind="promo")
    job_id = rich.reserve(12)
    rich.wait(HOUR)
    answer = rich.refund(job_id)
    assert (answer["addon_refunded"], answer["addon_lapsed"], answer["new_balance"]) == (12, 10, 5)
    assert rich.buckets() == (0, 5)


def test_the_story_that_began_it_all_ends_well(wallet: OpenWallet) -> None:
    customer = wallet(500, 5000)
    job_id = customer.reserve(2000)
    assert customer.buckets() == (0, 3500)
    customer.refund(job_id)
    assert customer.buckets() == (500, 5000)
