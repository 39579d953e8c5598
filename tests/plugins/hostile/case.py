"""What a hostile or broken upload is, and short ways to make one."""

import stat
from dataclasses import dataclass

from plugins.archive import Limits
from plugins.refusals import Refusal
from tests.plugins.hostile import wheels as w

R = Refusal
USUAL = Limits()
TIGHT = Limits(upload=200_000, entry=100_000, total=150_000, entries=40, ratio=50, python=2000)
INFO, PACKAGE = w.INFO, w.PACKAGE


@dataclass(frozen=True)
class Case:
    """One upload; ``says`` is part of a finding's Chinese text, ``entry`` what it points at."""

    name: str
    data: bytes
    codes: frozenset[str]
    says: str
    filename: str = w.NAME
    limits: Limits = USUAL


def case(name: str, data: bytes, code: Refusal | tuple[Refusal, ...], says: str, **more: object) -> Case:
    codes = code if isinstance(code, tuple) else (code,)
    return Case(name, data, frozenset(one.value for one in codes), says, **more)  # type: ignore[arg-type]


def in_bundle(name: str, data: bytes, code: Refusal | tuple[Refusal, ...], says: str, **more: object) -> Case:
    return case(name, data, code, says, filename=w.BUNDLE, **more)


def with_path(path: str) -> bytes:
    return w.with_entries((w.entry(path), b"x"))


def python(source: str | bytes) -> bytes:
    return w.wheel({f"{PACKAGE}/hooks.py": source})


def with_record(text: str) -> bytes:
    return w.wheel({f"{INFO}/RECORD": text})


SOUND_RECORD = w.record(w.files())
SYMLINK = stat.S_IFLNK | 0o777
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
PYC = b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(20)
CRLF_PYC = b"\x6f\x0d\r\n" + bytes(12) + b"\xe3"
