"""Registering trusted documents by the command line, and manifests that are not what they say."""

import json
from pathlib import Path

import pytest

from core.errors import ErrorCode, GuantongError
from schema.trusted import document_id
from server.manifest import packaged, read_manifest, trusted_documents
from server.page import example_queries
from server.settings import Settings
from tests.server.tools import guantong

ROLE = "query Role { viewer { role } }\n"
PEOPLE = "query People($n: Int) { people(first: $n) { totalCount edges { node { name } } } }\n"


@pytest.fixture
def role(tmp_path: Path) -> Path:
    path = tmp_path / "role.graphql"
    path.write_text(ROLE)
    return path


def test_the_ready_queries_are_trusted(settings: Settings) -> None:
    assert list(trusted_documents(settings).texts.values()) == example_queries()


def test_documents_are_registered_by_their_digest(
    settings: Settings, role: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = role.parent / "from-the-console.json"
    manifest.write_text(json.dumps({f"sha256:{document_id(PEOPLE)}": PEOPLE}))
    assert guantong(monkeypatch, "documents", "add", str(role), str(manifest)) == 0
    shown = capsys.readouterr()
    assert shown.out.split() == [document_id(ROLE), document_id(PEOPLE)]
    assert shown.err == f"新登记 2 个，共 2 个，见 {settings.manifest} / 2 new, 2 in all, in {settings.manifest}\n"
    assert read_manifest(settings.manifest) == {document_id(ROLE): ROLE, document_id(PEOPLE): PEOPLE}
    assert trusted_documents(settings).text(document_id(ROLE)) == ROLE
    assert guantong(monkeypatch, "documents", "add", str(role)) == 0
    assert "0 new, 2 in all" in capsys.readouterr().err


def test_documents_are_listed_with_what_they_cost(
    role: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    guantong(monkeypatch, "documents", "add", str(role))
    capsys.readouterr()
    assert guantong(monkeypatch, "documents", "list") == 0
    table = capsys.readouterr().out
    assert document_id(ROLE) in table
    assert "query PolicyAndPilots" in table
    assert guantong(monkeypatch, "documents", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [*packaged(), document_id(ROLE)]
    assert listed[-1]["operations"] == [{"name": "Role", "kind": "query", "cost": 2}]


@pytest.mark.parametrize(
    ("text", "message", "row"),
    [
        ("query {", "the document is wrong: Syntax Error: Expected Name, found <EOF>.", 1),
        ("\nquery { viewer { roles } }", "the document is wrong: Cannot query field 'roles' on type 'Viewer'.", 2),
        ("fragment F on Viewer { role }", "the document is wrong: Fragment 'F' is never used.", 1),
        ("{ __schema { description } }", "the document is wrong: GraphQL introspection has been disabled", 1),
        ("{ viewer { " + "role " * 3000 + "} }", "more than 2000 tokens of the document", None),
    ],
)
def test_a_document_that_the_schema_does_not_answer_is_not_registered(
    settings: Settings,
    role: Path,
    text: str,
    message: str,
    row: int | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = role.parent / "wrong.graphql"
    wrong.write_text(text)
    assert guantong(monkeypatch, "documents", "add", str(role), str(wrong)) == 2
    told = capsys.readouterr().err
    assert message in told
    assert row is None or f"{wrong} · 第{row}行 row {row}" in told
    assert not settings.manifest.exists()


def test_files_that_cannot_be_read(
    role: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert guantong(monkeypatch, "documents", "add", str(role.parent / "nowhere.graphql")) == 2
    assert "cannot read" in capsys.readouterr().err
    role.write_bytes(b"\xff")
    assert guantong(monkeypatch, "documents", "add", str(role)) == 2
    assert "not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "the file documents.json is not JSON: "),
        ("[]", 'the file documents.json must look like {"SHA-256": "text"}'),
        ('{"a": 1}', 'the file documents.json must look like {"SHA-256": "text"}'),
        (json.dumps({"0" * 64: ROLE}), f"names a text by {'0' * 64} whose digest is {document_id(ROLE)}; register it"),
    ],
)
def test_a_manifest_that_is_not_what_it_says_is_not_believed(settings: Settings, content: str, message: str) -> None:
    settings.prepare_home()
    settings.manifest.write_text(content)
    with pytest.raises(GuantongError) as caught:
        trusted_documents(settings)
    assert caught.value.code is ErrorCode.BAD_FILE
    assert message in caught.value.message.en
    assert caught.value.message.zh
