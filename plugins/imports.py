"""Which modules a Python source names in its import statements: found by tokens, so that nothing is compiled or run."""

import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import nearest_of
from core.texts import Text
from plugins.findings import Finding, Place
from plugins.jail.modules import OFFERED
from plugins.refusals import Refusal, refusal

AUTHOR_KIT: Final = "plugins.api"
_LIBRARY = ", ".join(name for name in OFFERED if name != AUTHOR_KIT)
_OFFERED: Final = Text(
    f"本包、{AUTHOR_KIT} 与标准库的 {_LIBRARY}", f"itself, {AUTHOR_KIT} and of the standard library {_LIBRARY}"
)
STARTS: Final = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
SILENT: Final = (tokenize.COMMENT, tokenize.NL)


@dataclass(frozen=True, slots=True)
class Import:
    """A module as written in an import statement, relative ones with their dots, and the line it is on."""

    module: str
    line: int


def undeclared(sources: Mapping[str, str], package: str, file: str) -> Iterator[Finding]:
    """A finding for each import beyond what the jail offers, the author's kit and the scheme's own ``package``."""
    for path, source in sources.items():
        try:
            found = {one.module: one for one in imports_of(source)}
        except (tokenize.TokenError, SyntaxError) as fault:
            yield _unreadable(path, file, fault)
            continue
        yield from (_refused(one, path, file) for one in found.values() if not _is_allowed(one.module, package))


def imports_of(source: str) -> Iterator[Import]:
    """Every module that an import statement names. Raises TokenError or SyntaxError where tokens are not Python."""
    statement: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in STARTS or token.string in (";", ":"):
            yield from _named(statement)
            statement = []
        elif token.type not in SILENT:
            statement.append(token)
    yield from _named(statement)


def _named(statement: list[tokenize.TokenInfo]) -> Iterator[Import]:
    words = [token.string for token in statement if token.string not in ("(", ")", "")]
    if not words or words[0] not in ("import", "from"):
        return
    line = statement[0].start[0]
    if words[0] == "import":
        yield from (Import(_dotted(part), line) for part in _split(words[1:]))
        return
    where = words.index("import") if "import" in words else len(words)
    module = "".join(words[1:where])
    names = [part[0] for part in _split(words[where + 1 :])]
    yield from (Import(f"{module}.{name}", line) for name in names) if names else (Import(module, line),)


def _split(words: list[str]) -> Iterator[list[str]]:
    """The parts between commas."""
    part: list[str] = []
    for word in words:
        if word != ",":
            part.append(word)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _dotted(part: list[str]) -> str:
    return "".join(part[: part.index("as")] if "as" in part else part)


def _is_allowed(module: str, package: str) -> bool:
    if module.startswith("."):
        return True
    if module.partition(".")[0] == package:
        return True
    # What is imported is a module, or a name within one.
    return module in OFFERED or module.rpartition(".")[0] in OFFERED


def _refused(one: Import, path: str, file: str) -> Finding:
    what = Text(
        f"第 {one.line} 行使用了不提供给方案的模块 {one.module}；方案只能使用 {_OFFERED.zh}",
        f"line {one.line} imports {one.module}, which is not offered to schemes; a scheme may use {_OFFERED.en}",
    )
    nearest = nearest_of(one.module, list(OFFERED))
    return refusal(Refusal.DEPENDENCY, what, Place(file=file, entry=path), value=one.module, nearest=nearest)


def _unreadable(path: str, file: str, fault: Exception) -> Finding:
    what = Text("不是有效的 Python 源代码；请改正语法", "not valid Python source; mend its syntax")
    return refusal(Refusal.FORM, what, Place(file=file, entry=path), value=fault.args[0])
