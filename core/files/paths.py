"""Paths within an archive: which could escape, deceive, or be taken for another on some system."""

import unicodedata
from collections.abc import Iterator
from typing import Final

from core.texts import Text

DEVICE_NAMES: Final = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def unsafe(name: str, longest: int) -> Text | None:
    """What speaks against a path, with the remedy; None when it is a plain relative path."""
    if len(name) > longest:
        return Text(f"路径超过 {longest} 个字符；请缩短", f"the path is longer than {longest} characters; shorten it")
    if not name.isprintable():
        return Text("路径含控制或不可见字符；请改名", "the path holds control or invisible characters; rename it")
    if "\\" in name:
        return Text("路径含反斜杠；请用正斜杠“/”", "the path holds a backslash; use '/'")
    if name.startswith("/") or ":" in name:
        return Text(
            "路径是绝对路径或带盘符；请用相对路径", "the path is absolute or names a drive; use a relative path"
        )
    return _part_fault(name.removesuffix("/").split("/"))


def _part_fault(parts: list[str]) -> Text | None:
    if ".." in parts:
        return Text("路径含“..”，会越出所在文件夹；请去掉", "the path holds '..' and leaves its folder; remove it")
    if any(part in ("", ".") or part != part.strip() or part.endswith(".") for part in parts):
        return Text(
            "路径有空的一级，或以空格或点结尾；请改名",
            "a part of the path is empty or ends in a space or dot; rename it",
        )
    if any(part.partition(".")[0].casefold() in DEVICE_NAMES for part in parts):
        return Text("路径用了系统保留名；请改名", "the path uses a name that systems reserve; rename it")
    return None


class Names:
    """The paths seen so far, as systems that ignore letter case and compose accents see them."""

    def __init__(self) -> None:
        self._entries: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def clash(self, name: str) -> Text | None:
        """The earlier path that this one could be taken for, or that is a file where this one needs a folder."""
        bare = name.removesuffix("/")
        other = self._same(bare, name) or self._other_folder(bare)
        if other is None:
            return None
        return Text(
            f"与“{other}”重名（不分大小写）；只留一个",
            f"the same name as '{other}' (letter case aside); keep one of them",
        )

    def _same(self, bare: str, name: str) -> str | None:
        key = _folded(bare)
        other = self._entries.get(key) or (self._folders.get(key) if name == bare else None)
        self._entries.setdefault(key, name)
        return other

    def _other_folder(self, bare: str) -> str | None:
        for folder in _parents(bare):
            spelled = self._folders.setdefault(_folded(folder), folder)
            entry = self._entries.get(_folded(folder), f"{folder}/")
            if spelled != folder or entry != f"{folder}/":
                return spelled if spelled != folder else entry
        return None


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _parents(bare: str) -> Iterator[str]:
    parts = bare.split("/")
    yield from ("/".join(parts[:depth]) for depth in range(1, len(parts)))
