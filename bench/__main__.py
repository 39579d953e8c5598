"""Everything here, one part after another, each a process of its own, into ``bench/RESULTS.md``.

The file is written after every part, so that none is lost when a later one fails or is cut off; parts that are not run
stay as they were, if they were measured on the same machine. Parts other than ``graph`` and ``growth`` run in short
forms.

    GUANTONG_TEST_POSTGRES=postgresql://... python -m bench [--people N] [--growth N ...] [--rounds N] [--seconds S]
        [--only PART ...]    such as graph, graph-sqlite, growth, web
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench._databases import VARIABLE, has_postgresql
from bench.results import Ran, head, kept, section, written

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "RESULTS.md"
_MISSING = f"Not measured: set {VARIABLE} to the address of a server where databases may be made."


@dataclass(frozen=True, slots=True)
class Part:
    """One command, with its options."""

    name: str
    title: str
    options: tuple[str, ...] = ()
    needs_postgresql: bool = False
    module: str = ""

    @property
    def command(self) -> list[str]:
        return ["python", "-m", f"bench.{self.module or self.name}", *self.options]


def parts(people: int, sizes: Iterable[int], rounds: int, seconds: float) -> list[Part]:
    """In the order of the file."""
    pace = ("--rounds", str(rounds), "--seconds", f"{seconds:g}")
    crowd, grown = ("--people", str(people), *pace), ("--growth", "--people", *map(str, sizes), *pace)
    on_sqlite = ("--database", "sqlite")
    return [
        Part("graph-postgresql", "Reads beside peers, PostgreSQL", crowd, needs_postgresql=True, module="graph"),
        Part("graph-sqlite", "Reads beside peers, SQLite", (*on_sqlite, *crowd), module="graph"),
        Part("demonstration", "The demonstration"),
        Part("eligibility", "Eligibility", ("--people", "10000")),
        Part("generator", "An invented city", ("2000",)),
        Part("hostile", "Hostile requests", ("--seconds", "0.1")),
        Part("imports", "Imports", ("2000", "20000")),
        Part("jail", "The walls of the jail", ("--rounds", "50")),
        Part("limits", "What limits add", ("--requests", "10", "--rounds", "7")),
        Part("live", "The schema that follows an activation", ("--rounds", "3", "--seconds", "3")),
        Part("replay", "Replay", ("--rounds", "5")),
        Part("rounds", "Rounds", ("--applicants", "5")),
        Part("tables", "Tabulating and scoring", ("--rounds", "3")),
        Part("verification", "Verification", ("--rows", "200", "--repeat", "3")),
        Part("web", "What the middleware adds", ("--requests", "500", "--rounds", "5")),
        Part("growth-postgresql", "Growth, PostgreSQL", grown, needs_postgresql=True, module="graph"),
        Part("growth-sqlite", "Growth, SQLite", (*on_sqlite, *grown), module="graph"),
    ]


def chosen(every: list[Part], only: list[str]) -> list[Part]:
    """Those of a name, or of its first word. Raises ValueError for a name that none has."""
    for name in only:
        if not any(_is(part, name) for part in every):
            raise ValueError(f"no part {name}; there are: {', '.join(part.name for part in every)}")
    return [part for part in every if not only or any(_is(part, name) for name in only)]


def _is(part: Part, name: str) -> bool:
    return part.name == name or part.name.startswith(f"{name}-")


def ran(part: Part) -> Ran:
    """Run one, whatever comes of it."""
    before, began = os.getloadavg()[0], time.monotonic()
    command = [sys.executable, *part.command[1:]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", errors="replace")
    return Ran(
        " ".join(part.command),
        datetime.now(UTC).date().isoformat(),
        _commit(),
        (before, os.getloadavg()[0]),
        time.monotonic() - began,
        _without_place(done.stdout),
        _without_place(done.stderr),
        done.returncode,
    )


def _without_place(text: str) -> str:
    """Paths as they are within this project; without lines that say where something temporary lay."""
    lines = (line for line in text.splitlines() if tempfile.gettempdir() not in line)
    return "\n".join(lines).replace(f"{ROOT}/", "")


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def run(every: list[Part], wanted: list[Part], file: Path) -> int:
    """Run what is wanted into the file; how many failed."""
    titles, about, failed = [part.title for part in every], head(), 0
    sections = kept(file.read_text("utf-8"), about, titles) if file.exists() else {}
    for part in wanted:
        print(f"== {part.title}: {' '.join(part.command)}", flush=True)
        if part.needs_postgresql and not has_postgresql():
            print(_MISSING, flush=True)
            sections.setdefault(part.title, _MISSING)
        else:
            found = ran(part)
            sections[part.title] = section(found)
            failed += found.code != 0
            print(sections[part.title], flush=True)
        file.write_text(written(about, {title: sections[title] for title in titles if title in sections}), "utf-8")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=200_000, help="of the city that reads are measured in")
    parser.add_argument("--growth", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="sizes of cities")
    parser.add_argument("--rounds", type=int, default=3, help="of reads")
    parser.add_argument("--seconds", type=float, default=5, help="of each measurement of reads")
    parser.add_argument("--only", nargs="+", default=[], help="parts, such as graph, graph-sqlite, growth, web")
    given = parser.parse_args()
    every = parts(given.people, given.growth, given.rounds, given.seconds)
    try:
        wanted = chosen(every, given.only)
    except ValueError as error:
        parser.error(str(error))
    sys.exit(1 if run(every, wanted, RESULTS) else 0)


if __name__ == "__main__":
    main()
