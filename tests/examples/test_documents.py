"""What the example clients ask, read every day: the schema answers it; their locks hold hashes and no address."""

import json
import re
from pathlib import Path

import pytest
from graphql import (
    FragmentDefinitionNode,
    NoDeprecatedCustomRule,
    OperationDefinitionNode,
    OperationType,
    concat_ast,
    parse,
    validate,
)
from graphql import build_schema as parse_schema

from schema.sdl import FILE

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
DOCUMENTS = sorted((EXAMPLES / "documents").glob("*.graphql"))


def test_the_schema_answers_every_document() -> None:
    schema = parse_schema(FILE.read_text("utf-8"))
    whole = concat_ast([parse(path.read_text("utf-8")) for path in DOCUMENTS])
    assert validate(schema, whole) == []
    operations = [one for one in whole.definitions if isinstance(one, OperationDefinitionNode)]
    assert {one.operation for one in operations} == set(OperationType)
    assert any(isinstance(one, FragmentDefinitionNode) for one in whole.definitions)


def test_nothing_deprecated_is_shown_to_beginners() -> None:
    text = FILE.read_text("utf-8")
    whole = concat_ast([parse(path.read_text("utf-8")) for path in DOCUMENTS])
    assert validate(parse_schema(text), whole, [NoDeprecatedCustomRule]) == []


@pytest.mark.parametrize("path", ["python/pyproject.toml", "typescript/codegen.ts"])
def test_both_are_generated_from_the_same(path: str) -> None:
    text = (EXAMPLES / path).read_text("utf-8")
    assert '"../../schema/schema.graphql"' in text
    assert '"../documents' in text


@pytest.mark.parametrize("path", ["python/requirements.lock", "typescript/package-lock.json"])
def test_locks_hold_no_address(path: str) -> None:
    assert "://" not in (EXAMPLES / path).read_text("utf-8")


def test_every_locked_package_is_hashed() -> None:
    entries = re.split(r"\n(?=\S)", (EXAMPLES / "python/requirements.lock").read_text("utf-8").strip())
    assert len(entries) > 10
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    packages = json.loads((EXAMPLES / "typescript/package-lock.json").read_text("utf-8"))["packages"]
    assert len(packages) > 100
    assert [name for name, one in packages.items() if name and "integrity" not in one] == []


@pytest.mark.parametrize("path", ["python/requirements.in", "typescript/package.json"])
def test_locks_have_what_is_asked_for(path: str) -> None:
    if path.endswith(".json"):
        asked = json.loads((EXAMPLES / path).read_text("utf-8"))
        locked = json.loads((EXAMPLES / "typescript/package-lock.json").read_text("utf-8"))["packages"][""]
        for kind in ("dependencies", "devDependencies"):
            assert asked[kind] == locked[kind]
        return
    lines = (EXAMPLES / path).read_text("utf-8").splitlines()
    names = {found[0] for line in lines if (found := re.match(r"[a-z-]+", line))}
    lock = (EXAMPLES / "python/requirements.lock").read_text("utf-8")
    assert names == {"ariadne-codegen", "mypy"}
    assert names <= set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))
