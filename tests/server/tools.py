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


class Terminal:
    """Runs commands one after another in one home directory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.err = ""

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints."""
        self._capsys.readouterr()
        found = guantong(self._monkeypatch, *arguments)
        printed = self._capsys.readouterr()
        self.err = printed.err
        assert found == code, printed.out + printed.err
        return printed.out

    def json(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json"))

    def token(self, *arguments: str) -> tuple[str, str]:
        return "--token", self.run("token", *arguments).strip()
