"""Calls of small honest schemes, for tests of the jail that attack nothing."""

import textwrap
from collections.abc import Mapping

from plugins.jail.bounds import Bounds
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName
from plugins.jail.host import Setup

# Time for a machine under load: no test waits for it.
PATIENT = Setup(bounds=Bounds(seconds=30, request=1 << 20))
DIGEST = "5c4e" * 16
NAME = SchemeName("tiny_works", "scheme-tiny-works", "1.0.0", DIGEST)
HEAD = "from plugins.api import ComputedFact, CriterionPoints, hookimpl\n"
SCORER = """
@hookimpl
def guantong_score(criterion, evidence):
    return CriterionPoints(criterion, min(100, 20 * evidence["improvements"]))
"""
ONE = (Asked({"improvements": 2}, "innovation"),)


def code(source: str, others: Mapping[str, str] | None = None) -> Code:
    """A scheme of one module, or of more."""
    return Code(
        {"scheme_tiny_works/__init__.py": HEAD + textwrap.dedent(source), **(others or {})}, "scheme_tiny_works"
    )


def scoring(source: str = SCORER, asked: tuple[Asked, ...] = ONE, **others: str) -> Call:
    """A call for points."""
    return Call(
        NAME, code(source, {f"scheme_tiny_works/{name}.py": text for name, text in others.items()}), Hook.SCORE, asked
    )


def facts(source: str, asked: tuple[Asked, ...] = ONE) -> Call:
    """A call for computed facts."""
    return Call(NAME, code(source), Hook.FACTS, asked)


def points_of(expression: str, *before: str) -> Call:
    """A call whose scorer gives what an expression says."""
    lines = "\n".join(before)
    return scoring(f"{lines}\n@hookimpl\ndef guantong_score(criterion, evidence):\n    return {expression}\n")
