"""Processor time of a server and of its database, as the kernel keeps it."""

import os
from contextlib import suppress
from pathlib import Path


class Clocks:
    """Of a server, with what it has started, and of the database, in ms; SQLite has none of its own.

    All of the database counts: nobody else asks it meanwhile. Its backends come and go, as pools of connections do.
    """

    def __init__(self, server: int, database: int | None) -> None:
        self._server, self._database = server, database

    def read(self) -> tuple[float, float]:
        own = _worked(_tree(self._server))
        return own, _worked(_tree(self._database)) + _reaped(self._database) if self._database else 0.0


def _reaped(pid: int) -> float:
    """Of children that have ended, in ms."""
    ticks = sum(map(int, stat(pid)[13:15]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def stat(pid: int) -> list[str]:
    """What the kernel says of a process behind its name: its state, its parent, and so on (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _tree(pid: int) -> list[int]:
    """A process with what it has started; what ended meanwhile is left out."""
    found = [pid]
    with suppress(FileNotFoundError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _worked(pids: list[int]) -> float:
    """Of every thread, in ms; one that has ended meanwhile counts no more."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(FileNotFoundError, ProcessLookupError):
                total += int(task.read_text().split()[0])
    return total / 1e6
