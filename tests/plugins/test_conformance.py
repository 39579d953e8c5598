"""Every planted fault is caught, with a text its author understands, or disarmed by the table; sound code passes."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from random import Random

import pytest

from core.errors import ErrorCode, GuantongError
from core.scoring import declared_points
from core.scoring_bulk import points_of_many
from core.texts import Text
from plugins.api import CriterionPoints, Evidence
from plugins.artifact import read_artifact
from plugins.conformance.examine import Observed, observe
from plugins.conformance.pair import Pair, open_pair
from plugins.conformance.probing import corners, grid, seed_of
from plugins.frozen import with_tables
from plugins.jail.bounds import Bounds
from plugins.jail.endings import unavailable
from plugins.jail.host import Setup
from plugins.proxy import caller_of
from plugins.rules import verify
from plugins.rules.subject import Subject
from tests.leaks import identity_numbers
from tests.plugins import broken
from tests.plugins.faulty_scorers import FACTS, HEAD, SCORERS, SUM, Faulty, fact, gives
from tests.plugins.hostile import wheels

pytestmark = pytest.mark.anyio
BASE = (broken.FOLDER / "clean_base" / "scheme.toml").read_text("utf-8")
CATALOG = (broken.FOLDER / "clean_base" / "catalog.toml").read_text("utf-8")
APPRENTICES = '  { key = "apprentices", zh = "带徒出师（人）", en = "apprentices", kind = "contribution", most = 3 },\n'
FIELDS = '{ evidence = "improvements", values = [0, 1, 2, 4] }, { evidence = "apprentices" }'
SCORING = f', scoring = {{ tabulated = "guantong_score", fields = [{FIELDS}] }} }},\n  {{ key = "practice"'
NAMED = 'key = "generation", zh = "掌握的技术代际", en = "generation mastered"'
FACT = f'fact = [{{ {NAMED}, type = "integer", on = "person", computed = true }}]\n'
# Seconds enough for a machine under load; a fault of time is told by processor time as well.
QUICK = Setup(bounds=Bounds(seconds=3))


def scorer_manifest() -> str:
    text = BASE.replace("group = [", f"{APPRENTICES}]\ngroup = [", 1).replace("]\n" + APPRENTICES, APPRENTICES, 1)
    return text.replace(' },\n  { key = "practice"', SCORING, 1)


def facts_manifest() -> str:
    text = BASE.replace("group = [", f"{APPRENTICES}]\ngroup = [", 1).replace("]\n" + APPRENTICES, APPRENTICES, 1)
    return text.replace("process = [", f"{FACT}process = [", 1)


def subject_of(manifest: str, source: str) -> tuple[Subject, bytes]:
    """A tiny scheme with Python, and its wheel."""
    data = wheels.wheel({wheels.MANIFEST: manifest, wheels.CATALOG: CATALOG, f"{wheels.PACKAGE}/__init__.py": source})
    artifact = read_artifact(data, wheels.NAME).artifact
    assert artifact is not None, [str(one) for one in read_artifact(data, wheels.NAME).findings]
    return broken.subject_of(artifact.document, broken.context("clean_base")), data


async def seen(manifest: str, source: str, pair: Pair, seed: int = 1) -> tuple[Subject, Observed]:
    """The subject as the rules see it, and what was observed, in jails that are open already."""

    @asynccontextmanager
    async def same() -> AsyncIterator[Pair]:
        yield pair

    subject, data = subject_of(manifest, source)
    artifact = read_artifact(data, wheels.NAME).artifact
    assert artifact is not None
    found = await observe(subject, artifact, same, seed)
    return replace(subject, scheme=found.scheme, behaviour=found.behaviour), found


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def pair(anyio_backend: str) -> AsyncIterator[Pair]:
    async with open_pair(QUICK) as opened:
        yield opened


def told(subject: Subject) -> dict[str, list[str]]:
    """The texts of what is grave, by code; that evidence of the tiny scheme is never used, elsewhere."""
    found: dict[str, list[str]] = {}
    for one in broken.grave(verify(subject)):
        if one.code != "SCH111":
            found.setdefault(one.code, []).append(str(one.what))
    return found


def test_there_are_enough_planted_faults() -> None:
    assert len({one.name for one in SCORERS}) == len(SCORERS) >= 25
    assert len({one.name for one in FACTS}) == len(FACTS)


@pytest.mark.parametrize("faulty", SCORERS, ids=lambda one: one.name)
async def test_a_faulty_scorer_is_caught_or_disarmed(pair: Pair, faulty: Faulty) -> None:
    subject, found = await seen(scorer_manifest(), faulty.source, pair)
    texts = told(subject)
    if faulty.code is None:
        assert texts == {}
        table = [20 * i // 2 + 10 * a for i in (0, 1, 2, 4) for a in range(4)]
        assert found.tables["skills"].points == table  # of which no later day and no later call changes anything
        return
    assert faulty.code in texts
    assert any(faulty.says in text for text in texts[faulty.code]), texts
    if faulty.code != "SCH407":  # that one is a warning
        assert found.report[0].zh.startswith("✗ 技术技能贡献：4 × 4 = 16 格")
    if faulty.code == "SCH403":
        assert found.tables == {}


@pytest.mark.parametrize("faulty", FACTS, ids=lambda one: one.name)
async def test_facts_that_are_wrong_for_somebody_are_caught_and_made_small(pair: Pair, faulty: Faulty) -> None:
    subject, found = await seen(facts_manifest(), faulty.source, pair)
    texts = told(subject)
    assert set(texts) == {faulty.code}
    assert faulty.says in texts[str(faulty.code)][0]
    assert found.report[0].zh.startswith("✗ 计算事实：")


async def test_a_computed_fact_beyond_its_declared_bound_is_caught_and_made_small(pair: Pair) -> None:
    bounded = facts_manifest().replace("computed = true", "computed = true, at_most = 9")
    assert bounded != facts_manifest()
    subject, _found = await seen(bounded, fact('evidence["improvements"]'), pair)
    (text,) = told(subject)["SCH408"]
    assert "'generation mastered' is 10; the scheme asks for at most 9 (process improvements = 10)" in text


async def test_the_seed_is_told_as_what_is_nobodys_identity_number(pair: Pair) -> None:
    seed = 712779759911253947
    assert identity_numbers(str(seed))
    _subject, found = await seen(facts_manifest(), fact('evidence["improvements"]'), pair, seed)
    assert found.report[0].en.endswith("seed 09e44d6a489937bb")


async def test_a_sound_scorer_is_frozen_and_looked_up_alike_one_by_one_and_in_bulk(pair: Pair) -> None:
    subject, found = await seen(scorer_manifest(), gives(f"min(100, {SUM})"), pair)
    assert told(subject) == {}
    table = found.tables["skills"]
    assert table.digest in found.report[0].zh
    assert found.report[0].zh.startswith("✓ 技术技能贡献：4 × 4 = 16 格，各算两次")
    scheme = with_tables(subject.scheme, found.tables)
    random = Random(7)
    amounts = [{"improvements": random.randint(0, 12), "apprentices": random.randint(0, 5)} for _ in range(300)]
    one_by_one = [declared_points(scheme, one)["skills"] for one in amounts]
    reached = {amount: max(v for v in (0, 1, 2, 4) if v <= amount) for amount in range(13)}
    assert one_by_one == [
        min(100, 10 * reached[one["improvements"]] + 10 * min(3, one["apprentices"])) for one in amounts
    ]
    columns = {key: [one[key] for one in amounts] for key in ("improvements", "apprentices")}
    assert points_of_many(scheme, columns)["skills"].tolist() == one_by_one
    answered = caller_of(scheme).score("skills", Evidence({"improvements": 4, "apprentices": 3}))
    assert answered == CriterionPoints("skills", 70)


async def test_a_table_that_is_not_known_scores_nobody(pair: Pair) -> None:
    subject, _ = subject_of(scorer_manifest(), gives("60"))
    with pytest.raises(ValueError, match="guantong_score has not been tabulated: none of its 16 cells is known"):
        declared_points(subject.scheme, {})
    with pytest.raises(ValueError, match="has not been tabulated"):
        points_of_many(subject.scheme, {"improvements": [1]})


@pytest.mark.parametrize("change", [{"points": [0] * 15}, {"criterion": "work"}, {"hook": "other"}, {"fields": []}])
async def test_a_table_of_something_else_is_refused(pair: Pair, change: dict[str, object]) -> None:
    subject, found = await seen(scorer_manifest(), gives(f"min(100, {SUM})"), pair)
    other = found.tables["skills"].model_copy(update=change)
    with pytest.raises(GuantongError) as refused:
        with_tables(subject.scheme, {"skills": other})
    assert refused.value.code is ErrorCode.SCHEME_INVALID
    assert "are not those of its criterion" in refused.value.message.en


def no_jail() -> Callable[[], object]:
    @asynccontextmanager
    async def none() -> AsyncIterator[Pair]:
        raise unavailable(Text("没有 seccomp", "there is no seccomp"))
        yield  # pragma: no cover

    return none


async def test_without_a_jail_registration_is_refused_and_a_desk_is_told() -> None:
    subject, data = subject_of(scorer_manifest(), gives("60"))
    artifact = read_artifact(data, wheels.NAME).artifact
    assert artifact is not None
    with pytest.raises(GuantongError) as refused:
        await observe(subject, artifact, no_jail(), 1)  # type: ignore[arg-type]
    assert refused.value.code is ErrorCode.JAIL_UNAVAILABLE
    at_home = replace(subject, has_records=False)
    found = await observe(at_home, artifact, no_jail(), 1)  # type: ignore[arg-type]
    assert found.tables == {}
    notices = verify(replace(at_home, scheme=found.scheme, behaviour=found.behaviour))
    (one,) = [notice for notice in notices if notice.code == "SCH403"]
    assert one.severity == "notice"
    assert "本机没有可用的隔离环境" in one.what.zh


async def test_a_zip_cannot_hold_the_python_that_its_scheme_names() -> None:
    parts = {"scheme.toml": scorer_manifest(), "catalog.toml": CATALOG}
    artifact = read_artifact(wheels.bundle(parts), wheels.BUNDLE).artifact
    assert artifact is not None
    subject = broken.subject_of(artifact.document, broken.context("clean_base"))
    found = await observe(subject, artifact, partial(open_pair, QUICK), 1)
    (fault,) = found.behaviour.faults["SCH403"]
    assert "the upload holds no Python; build a wheel" in fault.what.en


async def test_what_is_tried_follows_from_digest_policy_and_nonce(pair: Pair) -> None:
    assert seed_of("a", "b", "c") == seed_of("a", "b", "c")
    assert len({seed_of(*given) for given in (("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"))}) == 4
    fields = subject_of(scorer_manifest(), HEAD)[0].scheme.evidence
    assert list(grid(fields, Random(1))) == list(grid(fields, Random(2)))  # small enough to be run through
    many = tuple(replace(fields[0], key=f"kind_{n}") for n in range(9))
    assert list(grid(many, Random(1))) == list(grid(many, Random(1))) != list(grid(many, Random(2)))
    assert {"improvements": 10, "apprentices": 0} in list(corners(fields))


def test_nothing_of_a_scheme_ran_here() -> None:
    assert wheels.PACKAGE not in sys.modules
