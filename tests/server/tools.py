"""How tests speak to the server as its users do: by the command line, by the page."""

import json
import re
import sys
from typing import Any

import pytest

from server.cli import main


def guantong(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the command in this process; the exit code."""
    monkeypatch.setattr(sys, "argv", ["guantong", *arguments])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def configuration(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="configuration" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    loaded: dict[str, Any] = json.loads(found[1])
    return loaded
