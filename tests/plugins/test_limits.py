"""What is beyond a limit is refused by its number, with the nearest right one; what reaches it is still verified."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from plugins.artifact import read_artifact, read_pair
from plugins.catalog_form import CatalogForm
from plugins.document import SchemeDocument
from plugins.findings import Finding
from plugins.limits import LIMITS, beyond_in_catalog, beyond_in_manifest
from plugins.manifest import Manifest
from plugins.rules import verify
from plugins.workbook.writer import write_catalog
from server.documents import scheme_limits
from tests.plugins.broken import context, document, subject_of
from tests.plugins.hostile import wheels as w

NAMED = {"zh": "示例", "en": "example"}
Content = dict[str, Any]


def need(keys: int = 1, at_least: int = 1) -> Content:
    return {**NAMED, "evidence": [f"kind_{n}" for n in range(keys)], "at_least": at_least, "clause": "第三条"}


def nested(depth: int) -> Content:
    found = need()
    for level in range(depth - 1):
        found = {"all": [found, need()]} if level % 2 else {"any": [found, need()]}
    return found


def many(count: int, **one: Any) -> list[Content]:
    return [{**NAMED, "key": f"key_{n}", **one} for n in range(count)]


def row(number: int = 1, **given: Any) -> Content:
    sides = {"occupation": "6-18-02-04", "skill_level": "technician", "series": "engineering"}
    title = {"specialty": "mechanical", "title_level": "intermediate", "skill_to_title": {"clause": "第六条"}}
    return {"number": number, **sides, **title, **given}


def rule(*requires: Content) -> Content:
    return {"skill_to_title": {"clause": "第六条", "requires": list(requires)}}


def tabulated(*lengths: int) -> Content:
    """A scorer with a field of each length, ``key_0`` the first; of length 1 is what is not declared."""
    fields: list[Content] = []
    for place, length in enumerate(lengths):
        one: Content = {"evidence": f"key_{place}" if length > 1 else f"unknown_{place}"}
        fields.append(one | ({"values": list(range(length))} if length > 1 else {}))
    return {"tabulated": "guantong_score", "fields": fields}


STEPS = {"weight": 1, "side": "both", "kind": "other"}
CONTEST = {"tier": "enterprise", "rank": "gold", "clause": "第九条", "occupation": "6-18-02-04"}
BONUS = {"evidence": ["kind_0"], "at_least": 1, "points": 1, "side": "both"}
LINK = {"kind": "training", "clause": "第九条"}
WINNERS = {"for": ["winner"], "contest_tiers": ["city"], "contest_rank": "gold", "in": ["treatment"]}
PREFERENCE = {**WINNERS, "clause": "第九条"}
IN_MANIFEST: dict[str, Callable[[int], Content]] = {
    "group": lambda n: {"group": many(n, requires=[need()])},
    "evidence": lambda n: {"evidence": many(n, kind="other", most=1)},
    "criterion": lambda n: {"criterion": many(n, **STEPS)},
    "bonus": lambda n: {"bonus": many(n, **BONUS)},
    "contest": lambda n: {"contest": many(n, **CONTEST)},
    "process": lambda n: {"process": many(n)},
    "preference": lambda n: {"preference": many(n, **PREFERENCE)},
    "link": lambda n: {"link": many(n, **LINK)},
    "fact": lambda n: {"fact": many(n, type="integer", on="person")},
    "needs": lambda n: {"group": many(1, requires=[need()] * n)},
    "nesting": lambda n: {"group": many(1, requires=[nested(n)])},
    "keys": lambda n: {"bonus": many(1, **{**BONUS, "evidence": need(n)["evidence"]})},
    "steps": lambda n: {
        "criterion": many(1, **STEPS, scoring={"evidence": ["kind_0"], "steps": [{"at_least": 1, "points": 1}] * n})
    },
    "fields": lambda n: {"criterion": many(1, **STEPS, scoring=tabulated(*[1] * n))},
    "all_cells": lambda n: {
        "evidence": many(6, kind="other", most=20_000),
        "criterion": [
            *({**NAMED, **STEPS, "key": f"key_{k}", "scoring": tabulated(20_000)} for k in range(n // 20_000)),
            *({**NAMED, **STEPS, "key": "rest", "scoring": tabulated(1)} for _ in range(n % 20_000)),
        ],
    },
    "name": lambda n: {"process": [{"key": "announcement", "zh": "长" * n, "en": "long"}]},
    "text": lambda n: {"link": many(1, **{**LINK, "clause": "长" * n})},
}
IN_CATALOG: dict[str, Callable[[int], list[Content]]] = {
    "row": lambda n: [row(number, trade=f"工种{number // 30}") for number in range(1, n + 1)],
    "same_sides": lambda n: [row(number) for number in range(1, n + 1)],
    "groups": lambda n: [row(groups=[f"key_{number}" for number in range(n)])],
    "related": lambda n: [row(related=["6-18-02-04"] * n)],
    "needs": lambda n: [row(**rule(*[need()] * n))],
    "nesting": lambda n: [row(**rule(nested(n)))],
    "keys": lambda n: [row(**rule(need(n)))],
    "name": lambda n: [row(**rule({**need(), "zh": "长" * n}))],
    "text": lambda n: [row(trade="长" * n)],
}


def manifest(**more: Any) -> Manifest:
    content = document("clean_base").manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Manifest.model_validate(content | more)


def in_manifest(name: str, count: int) -> list[Finding]:
    return list(beyond_in_manifest(manifest(**IN_MANIFEST[name](count)), "scheme.toml"))


def in_catalog(name: str, count: int) -> list[Finding]:
    return list(beyond_in_catalog(CatalogForm.model_validate({"row": IN_CATALOG[name](count)}), "catalog.toml"))


CASES = [*((in_manifest, name) for name in IN_MANIFEST), *((in_catalog, name) for name in IN_CATALOG)]


@pytest.mark.parametrize(("read", "name"), CASES, ids=[f"{read.__name__} {name}" for read, name in CASES])
def test_a_limit_itself_passes_and_one_more_is_refused_with_the_nearest(
    read: Callable[[str, int], list[Finding]], name: str
) -> None:
    limit = LIMITS[name]
    assert read(name, limit.most) == []
    (found,) = read(name, limit.most + 1)
    assert (found.code, found.value, found.nearest) == ("ART018", str(limit.most + 1), str(limit.most))
    assert found.what.zh == f"{limit.name.zh} {limit.most + 1}，最多 {limit.most}；{limit.remedy.zh}"
    assert found.what.en == f"{limit.most + 1} {limit.name.en}, at most {limit.most}; {limit.remedy.en}"
    assert found.place.entry


def test_every_limit_is_tried() -> None:
    assert {name for _, name in CASES} == set(LIMITS) - {"cells"}  # which the next test tries


@pytest.mark.parametrize(
    ("lengths", "says"),
    [
        ((201, 100), "201 × 100 = 20100 格，最多 20000 格；请减少字段“示例”的取值（现有 201 个，至多 200 个）"),
        ((150, 151), "150 × 151 = 22650 格，最多 20000 格；请减少字段“示例”的取值（现有 151 个，至多 133 个）"),
        ((200, 190, 180), "= 6840000 格，最多 20000 格；请减少字段“示例”的取值（现有 200 个，其他字段也须减少）"),
    ],
)
def test_a_domain_that_is_too_large_is_told_with_its_size_and_the_field_to_coarsen(
    lengths: tuple[int, ...], says: str
) -> None:
    evidence, scored = many(3, kind="other", most=1000), many(1, **STEPS, scoring=tabulated(*lengths))
    (found,) = beyond_in_manifest(manifest(evidence=evidence, criterion=scored), "scheme.toml")
    assert says in found.what.zh
    assert found.place.entry == f"criterion[1].scoring.fields[{lengths.index(max(lengths)) + 1}].values"
    assert (found.code, found.nearest) == ("ART018", "20000")
    whole = many(1, **STEPS, scoring=tabulated(200, 100))
    assert list(beyond_in_manifest(manifest(evidence=evidence, criterion=whole), "scheme.toml")) == []


def test_a_field_without_values_is_as_long_as_what_counts() -> None:
    evidence = many(1, kind="other", most=20_000)
    scored = many(1, **STEPS, scoring={"tabulated": "guantong_score", "fields": [{"evidence": "key_0"}]})
    (found,) = beyond_in_manifest(manifest(evidence=evidence, criterion=scored), "scheme.toml")
    assert "give the field 'example' fewer values (it has 20001, at most 20000 fit)" in found.what.en


def test_the_limits_are_documented_as_the_platforms_own() -> None:
    assert all(f"| {limit.name.zh} {limit.name.en} | {limit.most} |" in scheme_limits() for limit in LIMITS.values())


ROWS = "".join(
    w.CATALOG_TOML.replace("number = 1", f'number = {n}\ntrade = "工种{n // 30}"')
    for n in range(1, LIMITS["row"].most + 2)
)


def test_a_catalog_of_toml_with_a_row_too_many_is_refused() -> None:
    reading = read_artifact(w.bundle({"catalog.toml": ROWS}), w.BUNDLE)
    assert reading.artifact is None
    assert [str(one) for one in reading.findings] == [
        "error ART018 [tiny_works 1.0.0 · catalog.toml · row] 目录行 1001，最多 1000；请分为几个方案 / "
        "1001 rows of the catalog, at most 1000; split the scheme；最接近的正确值 nearest: 1000"
    ]


def test_a_workbook_with_a_row_too_many_is_refused() -> None:
    content = {"row": [row(number, trade=f"工种{number // 30}") for number in range(1, LIMITS["row"].most + 2)]}
    reading = read_pair(w.SCHEME_TOML.encode(), write_catalog(_both(content)))
    assert reading.artifact is None
    (found,) = reading.findings
    assert (found.code, found.place.file, found.value, found.nearest) == ("ART018", "catalog.xlsx", "1001", "1000")


def test_a_condition_of_a_workbook_that_is_too_deep_is_refused_by_its_cell() -> None:
    sound = w.SCHEME_TOML.replace("improvements", "kind_0").replace("工艺改进（项）", "示例")
    workbook = write_catalog(_both({"row": [row(), row(2, trade="甲", **rule(nested(LIMITS["nesting"].most + 1)))]}))
    (found,) = read_pair(sound.encode(), workbook).findings
    assert found.what.zh == "条件的嵌套层数 5，最多 4；请改写得更简单"
    assert (found.place.row, found.place.cell) == (2, "对应关系目录!K4")


def _both(content: Content) -> SchemeDocument:
    evidence = [{**NAMED, "key": "kind_0", "kind": "contribution", "most": 20}]
    return SchemeDocument(manifest(evidence=evidence), CatalogForm.model_validate(content))


def test_a_scheme_at_its_limits_is_verified_and_its_comparisons_end() -> None:
    """Sums over everything, each in dozens of ways: more than calls could be nested for, and than could be tried."""
    evidence = many(LIMITS["evidence"].most, kind="contribution", most=1_000_000)
    keys = [one["key"] for one in evidence]
    wide = LIMITS["keys"].most
    sums = [{**need(), "evidence": keys[n * wide : (n + 1) * wide], "at_least": 4_000_000} for n in range(15)]
    rows = [
        row(
            number,
            skill_to_title={
                "clause": "第六条",
                "years": 4,
                "requires": [{"any": [one, sums[number % 15]]} for one in sums],
            },
        )
        for number in range(1, LIMITS["same_sides"].most + 1)
    ]
    read = document("clean_base")
    content = read.manifest.model_dump(mode="json", by_alias=True, exclude_none=True)
    parts = {
        "manifest": content | {"evidence": evidence, "group": many(1, requires=sums[:1])},
        "catalog": {"row": rows},
    }
    whole = SchemeDocument.of(parts)
    assert [*beyond_in_manifest(whole.manifest, ""), *beyond_in_catalog(whole.catalog, "")] == []
    around = context("clean_base") | {"day": date(2026, 2, 20)}
    told = {one.code for one in verify(subject_of(whole, around))}
    assert "SCH209" in told
