"""``guantong plugins jail``: whether the walls around schemes' code stand on this host."""

import sys

import pytest

from plugins.jail.layers import REQUIRED, Layer
from plugins.jail.words import LAYER_WORDS
from tests.server.tools import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal, without any database."""
    return Terminal(monkeypatch, capsys)


def test_every_wall_is_shown(terminal: Terminal) -> None:
    printed = terminal.run("plugins", "jail")
    for layer in Layer:
        assert layer.value in printed
        assert str(LAYER_WORDS[layer]) in printed
    assert printed.endswith("自检的 31 种禁止行为均被拒绝 / all 31 forbidden acts of the self-test were refused\n")


def test_programs_read_it_as_json(terminal: Terminal) -> None:
    found = terminal.json("plugins", "jail")
    assert set(found) == {"in_force", "missing", "acts_refused", "python"}
    assert set(found["in_force"]) >= REQUIRED
    assert len(found["acts_refused"]) == 31


def test_where_it_does_not_hold_that_is_the_error(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert terminal.run("plugins", "jail", code=2) == ""
    assert terminal.err.startswith("JAIL_UNAVAILABLE 隔离不成立：操作系统为 darwin。")
    assert "the jail does not hold: the operating system is darwin" in terminal.err
