"""A file of evidence over the graph: brought, named in a claim, accepted, and read by each side."""

import base64
from typing import Any

import pytest

from core.errors import ErrorCode
from core.permissions import Actor
from core.services.artifacts import Upload, sha256
from schema.ids import encode_id
from tests.schema.conftest import AUDITOR, Graph
from tests.schema.round_world import EVIDENCE, Rounds, rounds_in

pytestmark = pytest.mark.anyio
PAPER = b"%PDF-1.7 example"
FILES = """query($id: ID!) { node(id: $id) { ... on Application {
  claims { evidence files { digest filename mediaType size clearedAt content } } } } }"""


@pytest.fixture
async def yard(graph: Graph) -> Rounds:
    yard = await rounds_in(graph)
    await yard.opened()
    return yard


def paper(content: bytes = PAPER) -> Upload:
    return Upload(filename="示例证明.pdf", media_type="text/html", content=content)


async def files(yard: Rounds, actor: Actor, application: dict[str, Any]) -> Any:
    """The files that an actor reads of the only claim; None where the application is hidden."""
    found = (await yard.graph.ask(FILES, actor, id=application["id"]))["node"]
    return found and found["claims"][0]["files"]


async def test_a_file_is_brought_put_forward_and_read(yard: Rounds) -> None:
    worker = await yard.worker()
    brought = (await yard.done("uploadEvidence", worker, file=paper()))["file"]
    digest = sha256(PAPER)
    assert brought == {"digest": digest, "filename": "示例证明.pdf", "mediaType": "application/pdf", "size": len(PAPER)}
    evidence = [{**EVIDENCE[0], "files": [digest]}]
    application = await yard.applied(worker, evidence=evidence)
    whole = [{**brought, "clearedAt": None, "content": base64.b64encode(PAPER).decode()}]
    for actor in (worker, yard.office, AUDITOR):
        assert await files(yard, actor, application) == whole
    await yard.scoring(application)
    for assessor in yard.assessors:
        assert await files(yard, assessor, application) == whole
    stranger = await yard.staff("示例旁人")
    assert await files(yard, stranger, application) is None


async def test_the_office_brings_one_for_a_person(yard: Rounds) -> None:
    worker = await yard.worker()
    person = encode_id("Person", worker.person_id)
    assert (await yard.done("uploadEvidence", person=person, file=paper()))["file"]["digest"] == sha256(PAPER)
    assert await yard.refused("uploadEvidence", file=paper()) == ErrorCode.BAD_ARGUMENT
    assert await yard.refused("uploadEvidence", worker, file=paper(b"MZ")) == ErrorCode.BAD_FILE
