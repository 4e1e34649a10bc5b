"""docs/supabase.md, step by step, while the old application's servers and pages go on running."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import old_application as old
import pytest
from supabase_project import Rest, as_user, example, execute, mirror

from cli.cli_tools import call
from pgcredits._server.migrate import migrate

CUSTOMERS = 6
# In one statement, so as of one moment: a page must never show what is not true.
READER = """
select p.id, p.credits_remaining, p.addon_credits, c.credits_remaining as monthly,
       c.addon_credits as addon, c.id is not null as has_moved
  from public.profiles p left join credits.profiles c on c.id = p.id"""
BEHIND = """
select j.id from public.jobs j join credits.profiles c on c.id = j.user_id
 where not exists (select from credits.jobs k where k.id = j.id)"""
Step = Callable[[], Coroutine[Any, Any, Any]]


@dataclass
class Customer:
    """What the workers know of a customer, beside what the database says.

    ``servers``: how many work for this customer at the same time. With more than one, the old
    ledger's rows are not always in the order of the moves, and cannot say what a job took.
    """

    id: UUID
    servers: int
    began: int
    charged: int = 0
    # Jobs that the old application refunded, with what they had taken from addon.
    refunded_there: dict[UUID, int] = field(default_factory=dict)


@dataclass
class World:
    """The application while it is converted. ``prepared``: whether the new functions are there,
    and the servers call them first; ``moved``: whether every server is the new one alone."""

    rest: Rest
    customers: list[Customer]
    prepared: bool = False
    moved: bool = False
    stopped: bool = False
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def _either(self, new: Step, before: Step) -> tuple[str, Any]:
        """The writers of the page: the new way, and the old one for who has not moved yet."""
        while True:
            if self.prepared:
                try:
                    return "new", await new()
                except asyncpg.PostgresError as error:
                    if error.args[0] not in {"profile_not_found", "job_not_found"} or self.moved:
                        raise
            try:
                return "old", await before()
            except asyncpg.PostgresError as error:
                if error.args[0] != "credits_have_moved" or not self.prepared:
                    raise
                self.done["refused"] += 1

    async def one_job(self, customer: Customer, cost: int, *, fails: bool) -> None:
        job = uuid4()
        arguments = {"user_id": customer.id, "job_id": job, "cost": cost}
        way, made = await self._either(
            lambda: self.rest.rpc("create_job", arguments),
            lambda: old.create_job(self.rest, customer.id, job, cost),
        )
        meta = made["meta_json"] if way == "new" else {}
        monthly, addon = (
            (meta["monthly_deducted"], meta["addon_deducted"]) if way == "new" else made
        )
        await asyncio.sleep(0.002)
        if not fails:
            customer.charged += cost
            ended, _ = await self._either(
                lambda: self.rest.rpc("finish_job", {"job_id": job}),
                lambda: old.finish_job(self.rest, job),
            )
        else:
            ended, _ = await self._either(
                lambda: self.rest.rpc("fail_job", {"job_id": job}),
                lambda: old.fail_job(self.rest, customer.id, job, cost),
            )
            if ended == "old":
                customer.refunded_there[job] = addon
            else:
                rows = await self.rest.table(
                    "select e.monthly_delta, e.addon_delta from credits.explain_job($1) e"
                    " where e.kind = 'refund'",
                    job,
                )
                ((monthly_back, addon_back),) = map(tuple, rows)
                assert monthly_back + addon_back == cost
                if way == "new" or customer.servers == 1:
                    assert (monthly_back, addon_back) == (monthly, addon)
        self.done[f"{way} then {ended}"] += 1

    async def work(self, customer: Customer, seed: int) -> None:
        """A server of the application. Costs differ, so that no two moves add up to nothing."""
        rng = Random(seed)  # noqa: S311
        cost = 400 + seed
        while not self.stopped:
            cost += 2
            if customer.charged + 3 * cost < customer.began:
                await self.one_job(customer, cost, fails=rng.random() < 0.6)
            else:
                await self.one_job(customer, cost, fails=True)
            await asyncio.sleep(0.02 * rng.random())

    async def read(self, developer: asyncpg.Pool) -> None:
        """A page of the application."""
        while not self.stopped:
            for row in await developer.fetch(READER):
                if row["has_moved"]:
                    seen = row["credits_remaining"], row["addon_credits"]
                    assert seen == (row["monthly"], row["addon"])
            self.done["read"] += 1
            await asyncio.sleep(0)

    async def until(self, what: str, count: int) -> None:
        """Lets the application run until this has happened that often since now."""
        wanted = self.done[what] + count
        async with asyncio.timeout(60):
            while self.done[what] < wanted:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


def add_customers(url: str) -> list[Customer]:
    customers = [Customer(uuid4(), 1 + n % 2, 3_000_000 + 500) for n in range(CUSTOMERS)]
    for customer in customers:
        execute(
            url,
            f"""
            insert into public.profiles (id, credits_remaining, addon_credits)
            values ('{customer.id}', 500, 3000000);
            insert into public.ledger (user_id, delta, reason) values
              ('{customer.id}', 500, 'signup: monthly credits'),
              ('{customer.id}', 3000000, 'addon purchase: order');
            """,
        )
    return customers


async def convert(
    world: World, url: str, developer: asyncpg.Pool, group: asyncio.TaskGroup
) -> None:
    """The steps of the page."""
    await world.until("old then old", 60)
    await asyncio.to_thread(migrate, url)
    for _ in range(2):
        group.create_task(world.read(developer))
    await developer.execute(example("job_functions.sql"))
    await developer.execute(mirror())
    await world.until("old then old", 40)  # nothing has changed for anybody
    world.prepared = True
    await world.until("old then old", 40)
    # Two servers for one customer have written ledger rows in another order than they took credits.
    accepted = ["--accept", "balance_mismatch"]
    answer = await asyncio.to_thread(call, "import", "--live", *accepted, url=url)
    assert (answer.code, answer.stderr) == (0, ""), answer
    world.moved = True
    await world.until("new then new", 80)


@pytest.mark.server
async def test_the_application_is_converted_while_it_runs(old_url: str) -> None:
    customers = add_customers(old_url)
    async with (
        asyncpg.create_pool(as_user(old_url, "authenticator"), min_size=1, max_size=12) as pool,
        asyncpg.create_pool(old_url, min_size=1) as developer,
    ):
        world = World(Rest(pool), customers)
        async with asyncio.TaskGroup() as group:
            for number, customer in enumerate(customers):
                for worker in range(customer.servers):
                    group.create_task(world.work(customer, 2 * number + worker))
            await convert(world, old_url, developer, group)
            world.stopped = True
        assert world.done["read"] > 100
        assert await developer.fetch(BEHIND) == []
        pages = {row["id"]: row for row in await developer.fetch(READER)}
        for customer in customers:
            page = pages[customer.id]
            seen = page["credits_remaining"], page["addon_credits"]
            assert page["has_moved"]
            assert seen == (page["monthly"], page["addon"])
            assert sum(seen) == customer.began - customer.charged
        # What the old application put into the wrong bucket is known, refund by refund.
        alone = {customer.id for customer in customers if customer.servers == 1}
        found = {
            row["job_id"]: row["misplaced_at_least"]
            for row in await developer.fetch("select * from credits.audit_refunds()")
            if row["profile_id"] in alone
        }
        assert found == {
            job: addon
            for customer in customers
            for job, addon in customer.refunded_there.items()
            if addon and customer.id in alone
        }
        answer = await asyncio.to_thread(
            call, "repair", "--reason", "wrong bucket", "--actor", "anna", url=old_url
        )
        assert answer.code == 0
        for row in await developer.fetch(READER):
            assert (row["credits_remaining"], row["addon_credits"]) == (
                row["monthly"],
                row["addon"],
            )
        assert await developer.fetch("select * from credits.check_integrity()") == []
        print(dict(world.done))
