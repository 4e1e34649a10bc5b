"""The workflows run the same script as anybody else, and publish what the changelog says."""

from __future__ import annotations

import os
import re
import tomllib

import pytest
import yaml
from document_tools import ROOT

from pgcredits import __version__
from release_notes import notes

SCRIPT = ROOT / ".ci" / "run"


def test_the_workflow_runs_the_script_on_its_system() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1]["run"] == "bash .ci/run"
    (release,) = re.findall(r"as root on Debian (\d+)", SCRIPT.read_text("utf-8"))
    assert job["container"]["image"] == f"debian:{release}"
    assert os.access(SCRIPT, os.X_OK)


def test_a_release_is_tested_by_the_same_workflow_before_it_is_built_and_published() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    assert jobs["test"] == {"uses": "./.github/workflows/ci.yml"}
    assert (jobs["build"]["needs"], jobs["publish"]["needs"]) == ("test", "build")
    steps = [step for job in jobs.values() for step in job.get("steps", ())]
    for run in (step["run"] for step in steps if "run" in step):
        for path in re.findall(r"(?:tools|pyclient)/[\w/.]+", run):
            assert (ROOT / path).exists(), path


CHANGELOG = """\
# Changelog

## Unreleased: 0.2.0

- Not yet.

## 0.1.1, 2026-03-01

- A fix.

## 0.1.0, 2026-02-01

The first version.

- Much.
"""


def test_the_notes_of_a_release_are_those_of_its_version() -> None:
    assert notes(CHANGELOG, "0.1.1") == "- A fix.\n"
    assert notes(CHANGELOG, "0.1.0") == "The first version.\n\n- Much.\n"


@pytest.mark.parametrize("version", ["0.2.0", "0.1", "0x1.0", "1.0.0"])
def test_what_has_no_date_is_not_released(version: str) -> None:
    with pytest.raises(ValueError, match="has no heading"):
        notes(CHANGELOG, version)


def test_the_newest_heading_of_the_changelog_is_of_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    heading = re.findall(r"^## (.+)$", text, re.MULTILINE)[0]
    assert heading == f"Unreleased: {__version__}" or heading.startswith(f"{__version__}, ")


def test_the_classifiers_name_the_versions_of_python_from_the_oldest_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    versions = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    oldest = project["requires-python"].removeprefix(">=")
    assert versions == [f"3.{minor}" for minor in range(int(oldest.split(".")[1]), 14)]
