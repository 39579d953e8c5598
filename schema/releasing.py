"""Holds the schema against the one last released, or releases it: ``python -m schema.releasing --check``, or without.

``schema/released.graphql`` is a file and no tag, so that a clone without history can be checked.
"""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from graphql import build_schema

from core.dates import SHANGHAI
from schema.compatibility import Released, read_accepted, refusals

FOLDER = Path(__file__).parent


def main(arguments: Sequence[str], folder: Path = FOLDER, today: date | None = None) -> int:
    """1 when the schema may not follow what was released; nothing is released then."""
    day = today or datetime.now(SHANGHAI).date()
    released, accepted = folder / "released.graphql", folder / "accepted_changes.toml"
    sdl = (folder / "schema.graphql").read_text("utf-8")
    refused = list(
        refusals(
            Released.read(released.read_text("utf-8")),
            build_schema(sdl),
            read_accepted(accepted.read_text("utf-8")),
            day,
        )
    )
    sys.stderr.writelines(f"{line}\n" for line in refused)
    if not refused and "--check" not in arguments:
        released.write_text(Released.written(sdl, day), "utf-8")
        accepted.write_text(_without_entries(accepted.read_text("utf-8")), "utf-8")
    return 1 if refused else 0


def _without_entries(text: str) -> str:
    """The file's head, which says what it is for."""
    return "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
