"""No code of a registered wheel is ever imported or run by the platform, from before its registration to after it ran."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.hostile.traps import DATA, NAMES

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the program that takes the way has seen."""
    folder = tmp_path_factory.mktemp("way")
    done = subprocess.run(
        [sys.executable, "-B", "-m", "tests.schema.watched_way", str(folder)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_wheel_full_of_traps_takes_the_whole_way_like_any_other(told: dict[str, Any]) -> None:
    way = told["told"]
    assert way["registered"] == {"accepted": True, "codes": []}
    assert way["refused"] == {"accepted": False, "codes": ["ART004", "ART013"]}
    assert (way["open"], way["suspended"]) == (["trap_works"], [])
    assert way["audit"] == [["trap_works", "REJECTED", False], ["trap_works", "VERIFIED", True]]
    assert way["changes"]["schemeDiff"]["changes"] == []
    plain = json.loads(json.dumps(told["plain"]).replace("plain_works", "trap_works"))
    assert way == plain


def test_nothing_of_it_is_imported_compiled_or_run(told: dict[str, Any]) -> None:
    assert told["looked_for"] == []
    assert told["events"] == []
    assert told["ran"] is False


def test_nothing_of_it_is_written_and_python_looks_nowhere_else(told: dict[str, Any]) -> None:
    assert told["same"] is True


def test_the_watch_would_have_seen_every_trap(told: dict[str, Any]) -> None:
    assert told["control"] == dict.fromkeys(
        ("import scheme_trap_works", "import scheme_trap_works.hooks", "exec", "compile", "unpacked", "the trap"), True
    )


def test_there_are_traps_of_every_kind() -> None:
    assert {"conftest", "sitecustomize", "usercustomize", "json"} <= set(NAMES)
    assert len(DATA) >= 3
