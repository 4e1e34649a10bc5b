"""The workflow runs the same script as anybody else, on the system that the script is for."""

from __future__ import annotations

import os
import re

import yaml
from document_tools import ROOT

SCRIPT = ROOT / ".ci" / "run"


def test_the_workflow_runs_the_script_on_its_system() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert job["steps"][-1]["run"] == "bash .ci/run"
    (release,) = re.findall(r"as root on Debian (\d+)", SCRIPT.read_text("utf-8"))
    assert job["container"]["image"] == f"debian:{release}"
    assert os.access(SCRIPT, os.X_OK)
