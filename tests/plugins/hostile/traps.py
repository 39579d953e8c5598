"""Wheels full of traps: every source writes a file, and ends the process, the moment any of it runs."""

from pathlib import Path

from tests.plugins.broken import FOLDER
from tests.plugins.hostile import wheels as w

SCHEME = FOLDER / "clean_offers_everything"
# Names that somebody imports without meaning to: of the standard library, of what starts Python and what tests it.
NAMES = ("hooks", "conftest", "sitecustomize", "usercustomize", "json", "tomllib", "__main__", "setup", "zipimport")
DATA = ("random.txt", "os.toml", "data/decimal.json", "data/__init__.txt")


def loud(marker: str, trap: Path) -> str:
    """A source with ``marker`` in it that leaves a file behind and ends whoever runs it."""
    return f"{marker} = open({str(trap)!r}, 'w').write({marker!r})\nraise SystemExit({marker!r})\n"


def wheel(key: str, enterprise: str, source: str, more: dict[str, str] | None = None) -> tuple[str, bytes]:
    """Name and bytes of a wheel of the scheme that offers everything, every module of it ``source``."""
    package, info = f"scheme_{key}", f"scheme_{key}-1.0.0.dist-info"
    texts = {name: (SCHEME / name).read_text("utf-8") for name in ("scheme.toml", "catalog.toml")}
    manifest = texts["scheme.toml"].replace("91990000MA0EXTJ012", enterprise).replace("tiny_works", key)
    content = {
        f"{package}/__init__.py": source,
        f"{package}/scheme.toml": manifest,
        f"{package}/catalog.toml": texts["catalog.toml"],
        **{f"{package}/{name}.py": source for name in NAMES},
        **{f"{package}/{name}": source for name in DATA},
        **(more or {}),
        f"{info}/METADATA": w.METADATA.replace("scheme-tiny-works", f"scheme-{key.replace('_', '-')}"),
        f"{info}/WHEEL": w.WHEEL,
        f"{info}/entry_points.txt": f"[guantong.schemes]\n{key} = {package}.hooks\n",
    }
    encoded = {path: text.encode() for path, text in content.items()}
    encoded[f"{info}/RECORD"] = w.record(encoded, info).encode()
    return f"{package}-1.0.0-py3-none-any.whl", w.packed(encoded)
