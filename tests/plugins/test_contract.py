"""The contract: its façade, its hooks and their documentation, and what pluggy leaves to us."""

import ast
import inspect
import re
import sys
import textwrap
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from core.schemes import Criterion, CriterionKind, Scheme
from core.scoring_tables import CriterionSide, DeclaredScore, Step, StepTable
from core.texts import Text
from plugins import api, hookspecs
from plugins.api import ComputedFact, ContractError, CriterionPoints, Evidence, hookimpl
from plugins.caller import SchemeCaller
from plugins.document import read_folder
from plugins.proxy import caller_of

EVIDENCE = Evidence({"process_improvements": 3})
HOOKS = {name: spec for name, spec in vars(hookspecs.SchemeHooks).items() if name.startswith("guantong_")}


def example_of(hook: str) -> ModuleType:
    """The example in a hook's docstring, run."""
    code = textwrap.dedent((inspect.getdoc(HOOKS[hook]) or "").partition("Example::")[2])
    module = ModuleType("example")
    exec(compile(code, "example", "exec"), vars(module))
    return module


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_documented_example_that_runs(hook: str) -> None:
    caller = SchemeCaller("example", example_of(hook))
    assert caller.hooks == (hook,)
    if hook == "guantong_score":
        assert caller.score("improvement", EVIDENCE) == CriterionPoints("improvement", 60)
    else:
        assert caller.facts(EVIDENCE) == (ComputedFact("improvements_total", 3),)


@pytest.mark.parametrize("hook", HOOKS)
def test_the_documented_signature_is_the_hook_s(hook: str) -> None:
    documented = re.search(rf"def {hook}\((.*?)\)", inspect.getdoc(HOOKS[hook]) or "")
    assert documented
    own = [name for name in inspect.signature(HOOKS[hook]).parameters if name != "self"]
    assert documented[1].split(", ") == own


def test_the_facade_imports_the_standard_library_and_pluggy_alone() -> None:
    tree = ast.parse(Path(str(api.__file__)).read_text(encoding="utf-8"))
    roots = {
        alias.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    roots |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert roots <= set(sys.stdlib_module_names) | {"pluggy"}


class Misspelt:
    @hookimpl
    def guantong_scores(self, criterion: str) -> None: ...


class WrongArgument:
    @hookimpl
    def guantong_score(self, person: str) -> None: ...


class Undecorated:
    def guantong_score(self, criterion: str, evidence: Evidence) -> CriterionPoints:
        return CriterionPoints(criterion, 1)


class Silent:
    @hookimpl
    def guantong_score(self, criterion: str, evidence: Evidence) -> None:
        return None


class Loose:
    @hookimpl
    def guantong_score(self, criterion: str, evidence: Evidence) -> int:
        return 60


@pytest.mark.parametrize("plugin", [Misspelt, WrongArgument])
def test_what_pluggy_would_let_pass_is_refused_at_registration(plugin: type) -> None:
    with pytest.raises(ContractError, match="scheme 'bad'"):
        SchemeCaller("bad", plugin())


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        (Undecorated, "scheme 'bad': guantong_score gave 0 answers, exactly one is needed"),
        (Silent, "scheme 'bad': guantong_score gave 0 answers, exactly one is needed"),
        (Loose, "scheme 'bad': guantong_score must return the CriterionPoints of 'work'"),
    ],
)
def test_an_answer_that_is_none_or_of_another_kind_names_the_scheme(plugin: type, words: str) -> None:
    with pytest.raises(ContractError, match=re.escape(words)):
        SchemeCaller("bad", plugin()).score("work", EVIDENCE)


@pytest.mark.parametrize("points", [-1, 101, 50.0, True, "60", None])
def test_points_are_whole_numbers_from_0_to_100(points: object) -> None:
    with pytest.raises(ContractError, match="points of 'work' must be a whole number from 0 to 100"):
        CriterionPoints("work", points)  # type: ignore[arg-type]


def test_evidence_cannot_be_changed_and_names_what_is_declared() -> None:
    with pytest.raises(TypeError):
        EVIDENCE.amounts["process_improvements"] = 9  # type: ignore[index]
    with pytest.raises(
        ContractError, match=r"evidence 'papers' is not declared in scheme\.toml; declared: process_improv"
    ):
        EVIDENCE["papers"]
    with pytest.raises(ContractError, match="must be a whole number of at least 0"):
        Evidence({"process_improvements": -1})


def test_a_declared_scheme_answers_the_hooks_from_its_tables() -> None:
    folder = Path(__file__).parents[2] / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship"
    scheme: Scheme = read_folder(folder).scheme()
    with pytest.raises(ContractError, match="an assessor scores it"):
        caller_of(scheme).score("practical_test", EVIDENCE)
    table = DeclaredScore(("process_improvements",), StepTable((Step(1, 60), Step(3, 80))))
    scored = Criterion("work", Text("业绩", "work"), 400, CriterionSide.BOTH, CriterionKind.PERFORMANCE, None, table)
    with_table = replace(scheme, criteria=(scored,))
    assert caller_of(with_table).score("work", EVIDENCE) == CriterionPoints("work", 80)
