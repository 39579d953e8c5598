"""The watcher that every test runs under: what it finds, and that it fails whoever made the product write it."""

import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from schema.ids import encode_id
from tests.builders import identity_number
from tests.leaks import WATCHER, Watcher, identity_numbers

ROOT = Path(__file__).parent.parent
NUMBER = identity_number(1)
WITH_X = next(found for found in map(identity_number, range(1, 99)) if found.endswith("X"))

LEAKING = """
import logging
from opentelemetry import trace
from tests.builders import identity_number
from tests.leaks import LOG

def test_log(): LOG.write(identity_number(1))
def test_trace():
    with trace.get_tracer("x").start_as_current_span("s") as span:
        span.set_attribute("n", identity_number(1))
def test_print(): print(identity_number(1))
def test_printed(capsys):
    print(identity_number(1), file=__import__("sys").stderr)
    capsys.readouterr()
def test_secret(): LOG.write("postgresql://user:pass@host/")
def test_redacted(): logging.getLogger("x").warning(identity_number(1))
"""


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        f"a{NUMBER}b",
        f"00{NUMBER}",
        WITH_X.lower(),
        identity_number(1, place="810000"),
        identity_number(1, place="820000"),
        identity_number(1, place="830000"),
        f"{NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:]}",
        "440106420829001",
        encode_id("Person", NUMBER),
        urlsafe_b64encode(f'["x","{NUMBER}"]'.encode()).decode(),
        NUMBER.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}),
    ],
)
def test_it_finds_numbers_of_every_form(text: str) -> None:
    assert identity_numbers(f"some {text} text")


@pytest.mark.parametrize(
    "text", ["440106199902300011", "1772424000123456789", "2026-03-02 12:00", "7" * 40, "a440106420829001" * 4]
)
def test_it_takes_nothing_else_for_one(text: str) -> None:
    assert identity_numbers(text) == []


def test_it_finds_secrets() -> None:
    watcher = Watcher()
    for text in ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl", "postgresql://a:b@c/d"):
        watcher.look(text, "here")
        assert len(watcher.take()) == 1


def test_it_fails_the_test_that_leaks(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.leaks import pytest_configure, pytest_runtest_makereport\n", encoding="utf-8"
    )
    (tmp_path / "test_leaking.py").write_text(LEAKING, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    failed = {line.split("::")[1].split()[0] for line in result.stdout.splitlines() if line.startswith("FAILED")}
    assert failed == {"test_log", "test_trace", "test_print", "test_printed", "test_secret"}, result.stdout
    assert "1 passed" in result.stdout


def test_it_watches_this_run() -> None:
    assert WATCHER.looked_at > 0
