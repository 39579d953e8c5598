"""Programs of other people's packages for node, run against servers as they run.

``make clients`` installs the packages of ``package-lock.json`` into ``build/clients``, outside of what is kept here.
Without node or without them these tests are skipped; with ``GUANTONG_REQUIRE_NODE=1`` they fail instead.
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
INSTALLED = HERE.parents[1] / "build" / "clients"
LONGEST = 180  # seconds, after which a program hangs
IS_REQUIRED = os.environ.get("GUANTONG_REQUIRE_NODE") == "1"


def node(program: str, *arguments: str) -> Any:
    """What a program of this folder says, as JSON; it must end well."""
    done = subprocess.run(["node", program, *arguments], **_placed(), capture_output=True, text=True, timeout=LONGEST)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def talking(program: str, *arguments: str) -> Iterator[Any]:
    """What a program says, line by line while it runs, each as JSON; it must end well."""
    with (
        tempfile.TemporaryFile("w+") as complaints,
        subprocess.Popen(
            ["node", program, *arguments], **_placed(), stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as process,
    ):
        hanging = threading.Timer(LONGEST, process.kill)
        hanging.start()
        try:
            assert process.stdout is not None
            yield from map(json.loads, process.stdout)
            code = process.wait(LONGEST)
        finally:
            hanging.cancel()
            process.kill()
        complaints.seek(0)
        assert code == 0, complaints.read()


def _placed() -> dict[str, Any]:
    """Where programs run: beside the packages, because that is where a module of node looks for them."""
    _require()
    for program in HERE.glob("*.mjs"):
        shutil.copy(program, INSTALLED / program.name)
    return {
        "cwd": INSTALLED,
        "env": {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
    }


def _require() -> None:
    if shutil.which("node") and (INSTALLED / "node_modules" / "graphql-http").is_dir():
        return
    reason = "node, or its packages, are not here: run make clients"
    if IS_REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)
