"""The file of results: a head that says on what was measured, and a section a part, each with its own day and load."""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

_SECTION = re.compile(r"^## (?P<title>[^\n]+)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_LONGEST_ERROR = 10  # lines


@dataclass(frozen=True, slots=True)
class Ran:
    """How one part went."""

    command: str
    day: str
    commit: str
    load: tuple[float, float]  # before and after
    seconds: float
    printed: str
    errors: str = ""
    code: int = 0


def section(ran: Ran) -> str:
    """Its section without the heading. What a part that failed had printed is kept."""
    before, after = ran.load
    about = (
        f"`{ran.command}`, {ran.day}, commit {ran.commit}, {ran.seconds:.0f} s; load {before:.1f} before, "
        f"{after:.1f} after."
    )
    printed = ran.printed.strip()
    if printed and "\n| ---" not in printed:
        printed = f"```text\n{printed}\n```"
    parts = [about, *([printed] if printed else [])]
    if ran.code:
        last = "\n".join(ran.errors.strip().splitlines()[-_LONGEST_ERROR:])
        parts.append(f"**Failed with exit code {ran.code}:**\n\n```text\n{last}\n```")
    return "\n\n".join(parts)


def read(text: str) -> tuple[str, dict[str, str]]:
    """The head of such a file, and its sections by title."""
    found = {one["title"]: one["body"].strip() for one in _SECTION.finditer(text)}
    return re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0].strip(), found


def written(head: str, sections: dict[str, str]) -> str:
    """The text of the file."""
    return "\n\n".join([head, *(f"## {title}\n\n{body}" for title, body in sections.items())]) + "\n"


def kept(text: str, head: str, titles: list[str]) -> dict[str, str]:
    """The sections of a former run that may stand beside new ones: those of these titles, on the same machine."""
    former, found = read(text)
    return {title: found[title] for title in titles if title in found} if former == head else {}


def head() -> str:
    """What was measured on."""
    return (
        "# Results\n\n"
        "By `make bench`; [README.md](README.md) says what each part measures. "
        "Where a peer is measured beside us, ratios say more than\n"
        "figures: they change least from machine to machine. Nobody edits this file.\n\n"
        f"Machine: {_processor()}, {len(os.sched_getaffinity(0))} processors, {_memory()} GB; {platform.machine()}, "
        f"{platform.system()} {platform.release()}; {platform.python_implementation()} {platform.python_version()}."
    )


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", told.read_text() if told.exists() else "", re.MULTILINE)
    return found[1].strip() if found else "a processor that does not say its name"


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
