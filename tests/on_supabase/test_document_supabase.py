"""docs/supabase.md: its commands and its SQL print what it says, and its Python and JavaScript run
against what answers as PostgREST does."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from supabase_project import ADA, PAGE, ROOT, Rest, code, serve

from documents.journey import Journey, follow

NOT_HERE = str(uuid4())


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="pgcredits-test-"))
    (folder / "docs").symlink_to(ROOT / "docs")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.server
def test_the_page_prints_what_it_says(folder: Path, old_url: str, psql: str) -> None:
    follow(PAGE, Journey(folder, psql, old_url))


class HTTPException(Exception):  # noqa: N818 - as a framework calls it
    def __init__(self, status: int, detail: Any = None) -> None:
        super().__init__(status, detail)


@contextmanager
def python(block: int, url: str) -> Iterator[dict[str, Any]]:
    """The names of a block of Python, over the client that supabase-py has inside."""
    postgrest = pytest.importorskip("postgrest")
    with postgrest.SyncPostgrestClient(url) as client:
        names = {
            "sb": client,
            "APIError": postgrest.APIError,
            "HTTPException": HTTPException,
            "Any": Any,
            "Callable": Callable,
            "uuid4": uuid4,
            "json": json,
        }
        exec(compile(code("py", block), "docs/supabase.md", "exec"), names)  # noqa: S102
        yield names


async def test_the_python_after_the_move(service: Rest) -> None:
    async with serve(service) as url:
        with python(1, url) as page:
            job = await asyncio.to_thread(page["create_job"], ADA, 2000, "a poem")
            assert (job["status"], job["meta_json"]["prompt"]) == ("queued", "a poem")
            assert job["meta_json"]["monthly_deducted"] == 500
            with pytest.raises(HTTPException) as refusal:
                await asyncio.to_thread(page["create_job"], ADA, 3501, "a novel")
            assert refusal.value.args == (
                402,
                {"required": 3501, "available": 3500, "monthly": 0, "addon": 3500},
            )
            failed = await asyncio.to_thread(page["fail_job"], job["id"], "the worker died")
            assert failed["status"] == "failed"
            job = await asyncio.to_thread(page["create_job"], ADA, 600, "a limerick")
            done = await asyncio.to_thread(page["finish_job"], job["id"], 400)
            assert (done["status"], done["meta_json"]["credit_cost"]) == ("done", 400)
            with pytest.raises(page["APIError"], match="job_not_found"):
                await asyncio.to_thread(page["fail_job"], NOT_HERE, "?")


async def test_the_python_of_the_days_between(service: Rest) -> None:
    async with serve(service) as url:
        with python(2, url) as page:
            error = page["APIError"]
            asked = []

            def before(*answers: Any) -> Callable[..., Any]:
                left = list(answers)

                def old_create_job(*arguments: Any) -> Any:
                    asked.append(arguments)
                    answer = left.pop(0)
                    if isinstance(answer, str):
                        raise error({"message": answer})
                    return answer

                return old_create_job

            async def create(user: str, *answers: Any) -> Any:
                page["old_create_job"] = before(*answers)
                return await asyncio.to_thread(page["create_job"], user, 7, "a poem")

            assert (await create(ADA))["user_id"] == ADA  # here: the old way is not asked
            assert asked == []
            assert await create(NOT_HERE, {"id": 1}) == {"id": 1}
            assert asked == [(NOT_HERE, 7, "a poem")]
            # Moved in between, and never found: it ends.
            with pytest.raises(error, match="profile_not_found"):
                await create(NOT_HERE, "credits_have_moved", "not asked")
            with pytest.raises(error, match="out of paper"):
                await create(NOT_HERE, "out of paper")


SCRIPT = """
const supabase = {
  async rpc(name, parameters) {
    const answer = await fetch(`${process.env.REST}/rpc/${name}`, {
      method: 'POST', body: JSON.stringify(parameters),
    })
    const body = await answer.json()
    return answer.ok ? { data: body, error: null } : { data: null, error: body }
  },
}
"""
RUN = """
const job = await createJob(process.env.ADA, 2000, 'a poem')
let refused = ''
try { await createJob(process.env.ADA, 3501, 'a novel') } catch (error) { refused = error.message }
const failed = await failJob(job.id, 'the worker died')
console.log(JSON.stringify([job.status, job.meta_json.monthly_deducted, refused, failed.status]))
"""


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed")
async def test_the_javascript_after_the_move(service: Rest) -> None:
    source = SCRIPT + code("js", 0) + RUN
    async with serve(service) as url:
        ran = await asyncio.to_thread(
            subprocess.run,
            ["node", "--input-type=module", "-"],
            input=source,
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "REST": url, "ADA": ADA},
        )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == [
        "queued",
        500,
        "3501 credits are needed, and there are 3500",
        "failed",
    ]
