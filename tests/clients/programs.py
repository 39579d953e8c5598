"""Programs of other people's packages for node, run against servers as they run.

``make clients`` installs the packages of ``package-lock.json`` into ``build/clients``, outside of what is kept here.
Without node or without them these tests are skipped; with ``GUANTONG_REQUIRE_NODE=1`` they fail instead.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "clients"
LONGEST = 180  # seconds, after which a program hangs
IS_REQUIRED = os.environ.get("GUANTONG_REQUIRE_NODE") == "1"


def node(program: str, *arguments: str) -> Any:
    """What a program of this folder says, as JSON; it must end well."""
    _require()
    # Beside the packages, because that is where a module of node looks for them.
    shutil.copy(HERE / program, INSTALLED / program)
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        ["node", program, *arguments], cwd=INSTALLED, env=kept, capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _require() -> None:
    if shutil.which("node") and (INSTALLED / "node_modules" / "graphql-http").is_dir():
        return
    reason = "node, or its packages, are not here: run make clients"
    if IS_REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
