"""docs/supabase.md, step by step, while the old application's servers and pages go on running."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import old_application as old
import pytest
from supabase_project import ADA, PAGE, Rest, as_user, code, example, execute, mirror

from cli.cli_tools import call
from pgcredits._legacy import importer
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
    # Costs that the old application could not give back, since the customer had moved.
    to_give_back: int = 0
    # Jobs that the old application refunded, with what they had taken from addon.
    refunded_there: dict[UUID, int] = field(default_factory=dict)


@dataclass
class World:
    """The application while it is converted. ``prepared``: whether the new functions are there,
    and the servers call them first; ``moved``: whether every server is the new one alone."""

    rest: Rest
    customers: list[Customer]
    page: dict[str, Any]
    prepared: bool = False
    moved: bool = False
    stopped: bool = False
    done: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    async def _either(self, name: str, arguments: dict[str, Any], before: Step) -> tuple[str, Any]:
        """Which way it went, and the answer."""
        if self.moved:
            return "new", await self.rest.rpc(name, arguments)
        if not self.prepared:
            return "old", await before()
        loop = asyncio.get_running_loop()

        def old_way() -> tuple[str, Any]:
            return "old", asyncio.run_coroutine_threadsafe(before(), loop).result()

        way: tuple[str, Any] = await asyncio.to_thread(
            self.page["either_way"], name, arguments, old_way
        )
        return way

    async def _roll_back(self, user: UUID, cost: int) -> None:
        if self.prepared:
            await asyncio.to_thread(self.page["roll_back"], user, cost)
        else:
            await old.rollback_credit_reservation(self.rest, user, cost)

    async def one_job(self, customer: Customer, cost: int, *, inserts: bool, fails: bool) -> None:
        job = uuid4()
        arguments = {"user_id": customer.id, "job_id": job, "cost": cost}
        try:
            way, made = await self._either(
                "create_job",
                arguments,
                lambda: old.create_job(
                    self.rest, customer.id, job, cost, self._roll_back, inserts=inserts
                ),
            )
        except asyncpg.ForeignKeyViolationError:
            self.done["not inserted"] += 1
            return
        except RuntimeError as error:
            if str(error) != f"give {cost} credits back to {customer.id}: adjust_credits":
                raise
            customer.to_give_back += cost
            return
        meta = made["meta_json"] if way == "new" else {}
        monthly, addon = (
            (meta["monthly_deducted"], meta["addon_deducted"]) if way == "new" else made
        )
        await asyncio.sleep(0.002)
        if not fails:
            customer.charged += cost
            ended, _ = await self._either(
                "finish_job",
                {"job_id": job},
                lambda: old.finish_job(self.rest, job),
            )
        else:
            ended, _ = await self._either(
                "fail_job",
                {"job_id": job},
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
            # Such a job leaves no ledger row, and its rollback goes to the wrong bucket: of these
            # customers the old tables cannot say exactly what their jobs took anyway.
            inserts = customer.servers == 1 or rng.random() < 0.7
            if customer.charged + 3 * cost < customer.began:
                await self.one_job(customer, cost, inserts=inserts, fails=rng.random() < 0.6)
            else:
                await self.one_job(customer, cost, inserts=inserts, fails=True)
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


def writers_of_the_page(rest: Rest) -> dict[str, Any]:
    """The functions of its writers, which wait, over requests made in this loop."""
    loop = asyncio.get_running_loop()

    def wait(step: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(step, loop).result()

    def rpc(name: str, arguments: dict[str, Any]) -> SimpleNamespace:
        return SimpleNamespace(
            execute=lambda: SimpleNamespace(data=("new", wait(rest.rpc(name, arguments))))
        )

    names: dict[str, Any] = {
        "sb": SimpleNamespace(rpc=rpc),
        "APIError": asyncpg.PostgresError,  # which has a message too
        "Any": Any,
        "Callable": Callable,
        "_rollback_credit_reservation": lambda user, cost: wait(
            old.rollback_credit_reservation(rest, user, cost)
        ),
    }
    exec(compile(code("py", 2), str(PAGE), "exec"), names)  # noqa: S102
    return names


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
        rest = Rest(pool)
        world = World(rest, customers, writers_of_the_page(rest))
        async with asyncio.TaskGroup() as group:
            for number, customer in enumerate(customers):
                for worker in range(customer.servers):
                    group.create_task(world.work(customer, 2 * number + worker))
            await convert(world, old_url, developer, group)
            world.stopped = True
        assert world.done["read"] > 100
        assert world.done["not inserted"] > 10
        assert await developer.fetch(BEHIND) == []
        pages = {row["id"]: row for row in await developer.fetch(READER)}
        for customer in customers:
            page = pages[customer.id]
            seen = page["credits_remaining"], page["addon_credits"]
            assert page["has_moved"]
            assert seen == (page["monthly"], page["addon"])
            assert sum(seen) == customer.began - customer.charged - customer.to_give_back
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
        print(dict(world.done), sum(customer.to_give_back for customer in customers))


async def test_a_job_whose_insert_fails_after_the_import_is_not_charged_again(
    old_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red before: the refused rollback was taken for a refused beginning."""
    migrate(old_url)
    execute(old_url, example("job_functions.sql"))
    execute(old_url, mirror())
    monkeypatch.setattr(importer, "_PATIENCE_SECONDS", 0.1)
    loop = asyncio.get_running_loop()
    async with asyncpg.create_pool(as_user(old_url, "authenticator"), min_size=1) as pool:
        rest = Rest(pool)
        page = writers_of_the_page(rest)

        def old_create_job() -> None:
            asyncio.run_coroutine_threadsafe(
                old.reserve_credits_for_job(rest, UUID(ADA), 2000), loop
            ).result()
            answer = call("import", "--live", "--accept", "balance_mismatch", url=old_url)
            assert answer.code == 0, answer
            page["roll_back"](ADA, 2000)  # as the insert fails

        with pytest.raises(RuntimeError, match=f"^give 2000 credits back to {ADA}:"):
            await asyncio.to_thread(
                page["either_way"], "create_job", {"user_id": ADA, "cost": 2000}, old_create_job
            )
        rows = await rest.table(
            "select credits_remaining, addon_credits from profiles where id = $1", ADA
        )
        assert [tuple(row) for row in rows] == [(0, 3500)]
        assert await rest.table("select from jobs where user_id = $1", ADA) == []
