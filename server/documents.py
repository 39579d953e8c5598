"""Keeps what is generated true: marked blocks in the READMEs, and the JSON Schemas of what authors write.

A block stands between ``<!-- begin:NAME -->`` and ``<!-- end:NAME -->``. ``python -m server.documents`` rewrites the
blocks and the schemas; with ``--check`` it changes nothing and fails when one differs.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typer.main

from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level
from core.policy.entries import PackRoute
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from core.webhooks import EVENTS
from plugins.form_schema import Part, written
from plugins.limits import LIMITS
from plugins.rules import RULES, Rule
from schema.standard_terms import term_rows
from server.cli import app
from server.error_tables import error_rows, refusal_rows, rule_rows
from server.settings import PREFIX, Settings
from server.webhooks.message import data_of

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- begin:(?P<name>[\w-]+) -->)\n.*?(<!-- end:(?P=name) -->)", re.DOTALL)
MARK = re.compile(r"<!-- (?:begin|end):[\w-]+ -->")
IN_SHORT = re.compile(r"^### In short\n\n(.*?)\n+(?=#|\Z)", re.DOTALL | re.MULTILINE)


def markdown_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def ladders() -> str:
    """Both ladders, lowest rung first."""
    return "\n\n".join(_ladder(levels) for levels in (SKILL_LEVELS, TITLE_LEVELS))


def floors() -> str:
    """The least years from one ladder to the other, on the day the newest of them comes into force."""
    stack = load_packs()
    day = max(route.period.start for route in stack.routes if route.floor_for)
    pairs = [(held, target) for held in Level for target in Level if held.ladder is not target.ladder]
    rows = [
        _floor(held, target, route)
        for held, target in pairs
        for route in stack.floor(held, target)
        if day in route.period
    ]
    headers = ("持有 held", "可申报 may apply for", "年限 years", "依据 clause", "可信度 confidence")
    return markdown_table(headers, rows)


def standard_terms() -> str:
    """What the graph's types and fields are called in CTDL and Open Badges."""
    return markdown_table(("ours", "中文", "CTDL", "Open Badges 3.0", ""), term_rows())


def webhook_events() -> str:
    """Every event that other systems are told of, with the ids that come with it."""
    rows = [(f"`{event}`", words.zh, words.en, ", ".join(data_of(event))) for event, words in EVENTS.items()]
    return markdown_table(("type", "中文", "English", "data"), rows)


def error_codes() -> str:
    """Every code that an answer may carry, with its meaning, its remedy and its HTTP status."""
    return markdown_table(("code", "含义 meaning", "办法 remedy", "HTTP"), error_rows())


def refusals() -> str:
    """Every code of files that cannot be read, with its meaning and remedy."""
    return markdown_table(("code", "含义与办法 meaning and remedy"), refusal_rows())


def rule_codes() -> str:
    """Every rule of verification, each with a link to its page."""
    return markdown_table(("code", "rule"), rule_rows())


def commands() -> str:
    """Every command of ``guantong`` with its options."""
    rows = list(_commands(typer.main.get_command(app), ("guantong",)))
    return markdown_table(("command", "what it does"), rows)


def rules() -> str:
    """Every rule of verification by stage, each with a finding of a broken scheme that the tests keep."""
    stages = {rule.stage: [other for other in RULES if other.stage is rule.stage] for rule in RULES}
    return "\n\n".join("\n\n".join([f"## {stage}", *map(_rule, found)]) for stage, found in stages.items())


def _rule(rule: Rule) -> str:
    shown = sorted((ROOT / "tests" / "broken_schemes").glob(f"{rule.code}_*/expected.txt"))
    finding = shown[0].read_text("utf-8").splitlines()[0]
    return "\n\n".join(
        (
            f"### {rule.code} {rule.check.__name__.replace('_', ' ')} ({rule.severity})",
            rule.summary,
            f"Example: {rule.example}",
            *([f"Needs: {rule.need.name}."] if rule.need else []),
            f"```text\n{finding}\n```",
            "Broken schemes: " + ", ".join(f"`{path.parent.name}`" for path in shown),
        )
    )


def scheme_limits() -> str:
    """How much a scheme may hold at most."""
    rows = [(limit.name.zh + " " + limit.name.en, limit.most) for limit in LIMITS.values()]
    return markdown_table(("什么 what", "最多 at most"), rows)


def figures() -> str:
    """How fast reads are beside their peers, as the last measurement has it."""
    found = IN_SHORT.findall((ROOT / "bench" / "RESULTS.md").read_text("utf-8"))
    return "\n\n".join(found) or "Not measured yet: `make bench`."


def settings() -> str:
    """Every setting with its default."""
    rows = [
        (f"`{PREFIX}{name.upper()}`", field.description, "" if not field.default else f"`{field.default}`")
        for name, field in Settings.model_fields.items()
    ]
    return markdown_table(("variable", "what it sets", "default"), rows)


GENERATORS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "error-codes": error_codes,
    "figures": figures,
    "floors": floors,
    "ladders": ladders,
    "refusals": refusals,
    "rule-codes": rule_codes,
    "rules": rules,
    "scheme-limits": scheme_limits,
    "settings": settings,
    "standard-terms": standard_terms,
    "webhook-events": webhook_events,
}


def documents(root: Path = ROOT) -> list[Path]:
    """The Markdown files that may hold blocks: those of the root, of the folders in it, and of plugins' rooms."""
    return sorted([*root.glob("*.md"), *root.glob("[a-z]*/*.md"), *root.glob("plugins/*/*.md")])


def regenerate(text: str) -> str:
    """The text with every block generated anew. Raises ValueError for a mark without its pair or generator."""
    made = BLOCK.sub(lambda found: f"{found[1]}\n{_generated(found['name'])}\n{found[3]}", text)
    loose = MARK.findall(BLOCK.sub("", text))
    if loose:
        raise ValueError(f"mark without its pair: {loose[0]}")
    return made


def main(arguments: Sequence[str]) -> int:
    """Rewrite, or with ``--check`` compare, every document and schema."""
    checking = "--check" in arguments
    made = {path: regenerate(path.read_text("utf-8")) for path in documents()} | schemas()
    stale = {path: text for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        differs = "differs from what it is generated from; run: make docs"
        sys.stderr.write(f"{path.relative_to(ROOT)}: {differs if checking else 'rewritten'}\n")
        if not checking:
            path.write_text(text, "utf-8")
    return 1 if stale and checking else 0


def schemas() -> dict[Path, str]:
    """The JSON Schemas of what authors write, by where they are checked in."""
    return {part.file: written(part) for part in Part}


def _generated(name: str) -> str:
    if name not in GENERATORS:
        raise ValueError(f"no generator for the block '{name}'; there are: {', '.join(GENERATORS)}")
    return GENERATORS[name]()


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _ladder(levels: Sequence[Level]) -> str:
    known = load_vocabulary().levels
    rows = [(known[level].order, f"`{level}`", known[level].name.zh, known[level].name.en) for level in levels]
    return markdown_table(("#", "code", "中文", "English"), rows)


def _floor(held: Level, target: Level, route: PackRoute) -> tuple[object, ...]:
    words = load_vocabulary().level_text
    clauses = "；".join(dict.fromkeys(str(citation) for citation in route.citations))
    return words(held), words(target), route.total_years, clauses, route.confidence.label


def _commands(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    subcommands = getattr(command, "commands", {})
    if not subcommands:
        usage = " ".join((*path, *map(_parameter, command.params)))
        yield f"`{usage}`", command.help
    for name, subcommand in sorted(subcommands.items()):
        yield from _commands(subcommand, (*path, name))


def _parameter(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    name = max(parameter.opts, key=len)
    value = "" if parameter.is_flag else f" {parameter.metavar or parameter.name.upper()}"
    return f"[{name}{value}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
