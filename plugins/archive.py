"""Opens what an enterprise uploads, bounded, by core's reader of archives; what speaks against it becomes findings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.files import archive
from core.files.archive import MB
from core.files.flaws import Flaw, Harm
from plugins.findings import Finding, Place
from plugins.refusals import Refusal, refusal

CODES: Final = {
    Harm.NOT_A_ZIP: Refusal.NOT_A_ZIP,
    Harm.BOMB: Refusal.ZIP_BOMB,
    Harm.UNSAFE_PATH: Refusal.UNSAFE_PATH,
    Harm.ENCRYPTED: Refusal.ENCRYPTED,
    Harm.TOO_LARGE: Refusal.TOO_LARGE,
    Harm.ENCODING: Refusal.ENCODING,
    Harm.NOT_A_WORKBOOK: Refusal.NOT_A_WORKBOOK,
    Harm.WORKBOOK_TOO_LARGE: Refusal.WORKBOOK_TOO_LARGE,
    Harm.ACTIVE_CONTENT: Refusal.ACTIVE_CONTENT,
}


@dataclass(frozen=True, slots=True)
class Limits(archive.Limits):
    """``python`` and ``toml`` bound in bytes what is taken apart word by word, ``toml_line`` a line in characters.

    Lines are bounded because dotted keys take time by the square of their length.
    """

    python: int = MB
    toml: int = 2 * MB
    toml_line: int = 2000


@dataclass(frozen=True, slots=True)
class Opened:
    """The files by path, none when there are findings."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def open_archive(data: bytes, file: str, limits: Limits) -> Opened:
    """Every file of the zip ``data``, or all that speaks against opening it; ``file`` is its name in findings."""
    opened = archive.open_archive(data, limits)
    return Opened(opened.files, findings(opened.flaws, file))


def findings(flaws: Iterable[Flaw], file: str) -> tuple[Finding, ...]:
    """Flaws of the file as findings."""
    return tuple(
        refusal(CODES[one.harm], one.what, Place(file=file, entry=one.entry), value=one.value) for one in flaws
    )


def too_large(place: Place, size: int, most: int) -> Finding:
    """The refusal of something of ``size`` bytes where ``most`` are read."""
    flaw = archive.too_large(size, most)
    return refusal(CODES[flaw.harm], flaw.what, place, value=flaw.value)


def upload_too_large(data: bytes, file: str, limits: Limits) -> Finding | None:
    """The refusal of an upload beyond the limit."""
    return too_large(Place(file=file), len(data), limits.upload) if len(data) > limits.upload else None
