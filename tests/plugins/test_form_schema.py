"""The JSON Schemas for authors: current, described, and never stricter than the forms that they are made of."""

import json
import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from plugins.case_reading import CASES
from plugins.document import read_folder
from plugins.form_schema import FORMS, Part, schema_of, written
from server.documents import ROOT
from tests.plugins.broken import FOLDER, NAMES

SCHEMES = [*(FOLDER / name for name in NAMES), *sorted((ROOT / "enterprise_schemes").glob("*/scheme_*"))]
VALIDATORS = {part: Draft202012Validator(schema_of(part), format_checker=FormatChecker()) for part in Part}
PARTS = pytest.mark.parametrize("part", Part)
FULL = {
    Part.MANIFEST: FOLDER / "clean_offers_everything",
    Part.CATALOG: FOLDER / "clean_offers_everything",
    Part.CASES: FOLDER / "clean_with_cases",
}
FILES = {Part.MANIFEST: "scheme.toml", Part.CATALOG: "catalog.toml", Part.CASES: CASES}


def content(folder: Path, part: Part) -> dict[str, Any]:
    """What an author wrote; a catalog in a workbook as the TOML that it amounts to."""
    if part is Part.CATALOG and (folder / "catalog.xlsx").exists():
        return read_folder(folder).catalog.model_dump(by_alias=True, exclude_none=True)
    return tomllib.loads((folder / FILES[part]).read_text("utf-8"))


def written_parts() -> Iterator[Any]:
    """Every part of every scheme on disk."""
    for folder in SCHEMES:
        for part in Part:
            if part is not Part.CASES or (folder / CASES).exists():
                yield pytest.param(part, folder, id=f"{part}-{folder.name}")


def as_json(value: Any) -> Any:
    """As editors hold it against a schema: days and moments are texts."""
    return json.loads(json.dumps(value, default=lambda one: one.isoformat()))


def form_accepts(part: Part, given: dict[str, Any]) -> bool:
    try:
        FORMS[part].model_validate(given)
    except ValidationError:
        return False
    return True


def schema_accepts(part: Part, given: dict[str, Any]) -> bool:
    return bool(VALIDATORS[part].is_valid(as_json(given)))


@PARTS
def test_the_checked_in_schema_is_current_and_a_schema(part: Part) -> None:
    assert part.file.read_text("utf-8") == written(part), "run: make docs"
    Draft202012Validator.check_schema(schema_of(part))
    assert schema_of(part)["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def parts_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every property of every object in a schema, and every definition, by name."""
    for name, definition in {"": schema, **schema["$defs"]}.items():
        yield name, definition
        yield from ((f"{name}.{key}", one) for key, one in definition.get("properties", {}).items())


@PARTS
def test_everything_is_described_in_both_languages(part: Part) -> None:
    found = dict(parts_of(schema_of(part)))
    assert len(found) > 40
    wanting = [name for name, one in found.items() if not re.search(r"[A-Za-z]{2}.*[一-鿿]", one["description"])]
    assert wanting == []
    untitled = [name for name, one in found.items() if "." in name and not re.search(r"[一-鿿]", one["title"])]
    assert untitled == []


@PARTS
def test_names_are_local(part: Part) -> None:
    text = part.file.read_text("utf-8")
    assert '"$id"' not in text
    assert set(re.findall(r'"\$ref": "(.*?)"', text)) == {f"#/$defs/{name}" for name in schema_of(part)["$defs"]}


def test_values_say_what_they_mean() -> None:
    kinds = schema_of(Part.MANIFEST)["$defs"]["EvidenceKind"]
    assert kinds["enum"][:2] == ["performance", "contribution"]
    assert kinds["description"].startswith(
        "What declared evidence is. 材料类别: performance 工作业绩 / work performance; "
    )
    assert kinds["x-taplo"]["docs"]["enumValues"][1] == "技术技能贡献 / technical and skill contribution"
    for definition in (one for part in Part for one in schema_of(part)["$defs"].values() if "enum" in one):
        shown = [one.split()[0] for one in definition["description"].partition(": ")[2].split("; ")]
        assert shown == definition["enum"]


@pytest.mark.parametrize(("part", "folder"), list(written_parts()))
def test_what_the_form_accepts_its_schema_accepts(part: Part, folder: Path) -> None:
    given = content(folder, part)
    assert form_accepts(part, given)
    errors = [f"{list(one.path)}: {one.message}" for one in VALIDATORS[part].iter_errors(as_json(given))]
    assert errors == []


WRONG: tuple[tuple[Part, tuple[Any, ...], Any], ...] = (
    (Part.MANIFEST, ("scheme", "key"), "Tiny-Works"),
    (Part.MANIFEST, ("scheme", "version"), "1.0"),
    (Part.MANIFEST, ("scheme", "from"), "next year"),
    (Part.MANIFEST, ("scheme", "from"), 20260301),
    (Part.MANIFEST, ("scheme", "from"), datetime.combine(date(2026, 3, 1), time())),
    (Part.MANIFEST, ("scheme", "example"), "yes"),
    (Part.MANIFEST, ("criterion", 0, "weight"), "400"),
    (Part.MANIFEST, ("criterion", 0, "kind"), "performence"),
    (Part.MANIFEST, ("evidence", 0, "most"), 0),
    (Part.MANIFEST, ("group", 0, "requires"), []),
    (Part.MANIFEST, ("title_pas_mark",), 60),
    (Part.CATALOG, ("row", 0, "number"), 0),
    (Part.CATALOG, ("row", 0, "dual_track"), 1),
    (Part.CATALOG, ("row", 0, "skill_to_title", "clause"), ""),
    (Part.CATALOG, ("row", 0, "skill_to_title", "year"), 2),
    (Part.CATALOG, ("row",), []),
    (Part.CASES, ("scoring", 0, "points", "work"), 101),
    (Part.CASES, ("scoring", 0, "expect", "skill", "total"), "69"),
    (Part.CASES, ("eligibility", 0, "expect", "state"), "soon"),
    (Part.CASES, ("person", "welder", "work", 0, "frontline"), "yes"),
)


def changed(part: Part, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = deepcopy(content(FULL[part], part))
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return made


@pytest.mark.parametrize(("part", "path", "value"), WRONG)
def test_what_is_plainly_wrong_is_refused_by_both(part: Part, path: tuple[Any, ...], value: Any) -> None:
    made = changed(part, path, value)
    assert not form_accepts(part, made)
    assert not schema_accepts(part, made)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from places(one, (*path, key))


VALUES = st.one_of(
    st.integers(-2, 2**40),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.text(max_size=6),
    st.sampled_from(["2026-03-15", "1772323200", "title", "gold", "technician", "一二三"]),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


@PARTS
@given(data=st.data())
def test_a_schema_is_never_stricter_than_its_form(part: Part, data: st.DataObject) -> None:
    """Whatever stands in whatever place: what the form lets pass, no editor may mark as wrong."""
    path = data.draw(st.sampled_from(sorted(places(content(FULL[part], part)), key=str)))
    made = changed(part, path, data.draw(VALUES))
    if form_accepts(part, made):
        assert schema_accepts(part, made)
