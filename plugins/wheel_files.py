"""The files of a wheel and how its checks speak of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.texts import Text
from plugins.archive import too_large
from plugins.digests import DIST_INFO
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

# Bytes. Some of what reads these files takes time by the square of a line's length.
INFO_FILES: Final = {
    "METADATA": (1024 * 1024, Refusal.IDENTITY),
    "WHEEL": (4096, Refusal.WHEEL_TAG),
    "RECORD": (256 * 1024, Refusal.RECORD),
    "entry_points.txt": (4096, Refusal.ENTRY_POINT),
}


@dataclass(frozen=True, slots=True)
class WheelFiles:
    """A wheel's name and files; ``info`` is its folder ``name-version.dist-info/``."""

    filename: str
    files: Mapping[str, bytes]
    info: str

    def text(self, name: str) -> str:
        """A file of ``*.dist-info``; empty when it is missing or unreadable, which ``unreadable`` reports."""
        data = self.files.get(f"{self.info}{name}", b"")
        return "" if len(data) > INFO_FILES[name][0] else data.decode(errors="replace").replace("\r\n", "\n")

    def refuse(
        self, code: Refusal, what: Text, entry: str | None = None, value: object = None, nearest: str | None = None
    ) -> Finding:
        return refusal(code, what, Place(file=self.filename, entry=entry), value=value, nearest=nearest)


def info_folder(filename: str, files: Mapping[str, bytes]) -> str | Finding:
    """The one folder ``*.dist-info/``, or the refusal of a wheel that has none or several."""
    found = sorted({top for path in files if (top := path.partition("/")[0]).endswith(DIST_INFO)})
    if len(found) == 1:
        return f"{found[0]}/"
    what = Text(
        f"有 {len(found)} 个 *.dist-info 文件夹，应恰有一个；请重新构建 wheel",
        f"{len(found)} folders *.dist-info where one belongs; build the wheel anew",
    )
    return refusal(Refusal.IDENTITY, what, Place(file=filename), value="、".join(found) or None)


def unreadable(wheel: WheelFiles) -> Iterator[Finding]:
    """Files of ``*.dist-info`` that are missing, too large or not UTF-8."""
    for name, (most, code) in INFO_FILES.items():
        path = f"{wheel.info}{name}"
        data = wheel.files.get(path)
        if data is None:
            yield wheel.refuse(
                code, Text(f"缺少 {name}；请重新构建 wheel", f"{name} is missing; build the wheel anew"), path
            )
        elif len(data) > most:
            yield too_large(Place(file=wheel.filename, entry=path), len(data), most)
        elif not is_utf8(data):
            what = Text(f"{name} 不是 UTF-8；请重新构建 wheel", f"{name} is not UTF-8; build the wheel anew")
            yield wheel.refuse(Refusal.ENCODING, what, path)


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
