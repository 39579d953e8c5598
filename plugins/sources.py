"""The Python sources of a wheel as text: UTF-8 only, bounded, and importing nothing that was not declared."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from core.texts import Text
from plugins.archive import Limits, too_large
from plugins.findings import Finding, Place
from plugins.imports import undeclared
from plugins.refusals import Refusal, refusal

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
UTF8 = (b"utf-8", b"utf8", b"utf_8")


def read_sources(
    files: Mapping[str, bytes], package: str, file: str, limits: Limits
) -> tuple[Mapping[str, str], tuple[Finding, ...]]:
    """The sources by path, and everything that is wrong with them; ``file`` is the artifact's name."""
    python = {path: data for path, data in files.items() if path.endswith(".py")}
    total = sum(map(len, python.values()))
    if total > limits.python:
        return {}, (too_large(Place(file=file, entry="*.py"), total, limits.python),)
    faults = tuple(_not_utf8(python, file))
    sources = {path: data.decode("utf-8-sig") for path, data in python.items() if _is_utf8(data)}
    return MappingProxyType(sources), (*faults, *undeclared(sources, package, file))


def _not_utf8(python: Mapping[str, bytes], file: str) -> Iterator[Finding]:
    for path, data in python.items():
        if not _is_utf8(data):
            what = Text("Python 源代码不是 UTF-8；请另存为 UTF-8", "the Python source is not UTF-8; save it as UTF-8")
            yield refusal(Refusal.ENCODING, what, Place(file=file, entry=path))


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8 and do not say that they are something else."""
    declared = (found[1] for line in data.split(b"\n", 2)[:2] if (found := _COOKIE.match(line)))
    if any(name.lower() not in UTF8 for name in declared):
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True
