"""Exports as the server makes them, over a round that the graph has led to its certificates."""

import base64
import csv
import io
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from openpyxl import load_workbook

from core.permissions import Actor
from core.policy.load import load_packs
from core.services.imports.outside import Outside
from core.services.job_leases import Executor
from core.services.job_turns import Turns
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import scheme_from
from schema.ids import stored_key
from server.jobs.lookout import Lookout
from server.wiring import PLATFORM, Parts
from tests import builders
from tests.made_once import reached_once
from tests.schema.conftest import Graph
from tests.schema.plugin_world import OFFICER
from tests.schema.round_world import Rounds

COLUMNS = "{ exportColumns(list: %s) { key header { zh } isGuarded isPlatformDefault citation { document url } } }"


def parts_of(graph: Graph) -> Parts:
    """The parts of an installation over the database of a graph."""
    schemes: Any = graph.schemes
    return Parts(graph.database, load_vocabulary(), load_packs(), schemes, graph.clock, builders.KEYRING)


def lookout_over(graph: Graph, **given: Any) -> Lookout:
    """A look-out whose process nobody else knows."""
    parts = parts_of(graph)

    def open_call(actor: Actor, request_id: str) -> Any:
        return parts.use_cases(actor, request_id, EVERY_ROW if actor is PLATFORM else None)

    executor = Executor(f"example:{uuid4().hex}", uuid4().hex)
    outside = Outside(scheme_from, stored_key)
    turns = Turns(open_call, PLATFORM, executor.name, outside, open_reading=parts.reading, **given)
    return Lookout(parts, turns, executor, silence=15)


async def run_all(graph: Graph, **given: Any) -> None:
    """Run whatever is due."""
    lookout = lookout_over(graph, **given)
    await lookout.look()
    await lookout.idle()
    await lookout.close()


async def exported(graph: Graph, actor: Actor, **asked: Any) -> dict[str, Any]:
    """A list asked for over the graph and made: the job as the asker reads it afterwards."""
    result = await ask_export(graph, actor, **asked)
    assert result["__typename"] != "Problem", result
    await run_all(graph)
    return await read_job(graph, actor, result["job"]["id"])


async def ask_export(graph: Graph, actor: Actor, **asked: Any) -> dict[str, Any]:
    query = (
        "mutation($input: ExportListInput!) { exportList(input: $input) { __typename "
        "... on MovedJob { job { id phase } } ... on Problem { code message { zh en } where nearest } } }"
    )
    given = {"key": f"export-{uuid4().hex}", "reason": "示例导出", **asked}
    found: dict[str, Any] = (await graph.ask(query, actor, input=given))["exportList"]
    return found


async def read_job(graph: Graph, actor: Actor, id_: str) -> dict[str, Any]:
    files = "files { role filename mediaType size expiresAt clearedAt content }"
    shown = f"id phase revision done total errorCode error {{ zh }} {files}"
    found: dict[str, Any] = (await graph.ask(f"query($id: ID!) {{ job(id: $id) {{ {shown} }} }}", actor, id=id_))["job"]
    return found


def content(job: dict[str, Any]) -> bytes:
    (file,) = job["files"]
    return base64.b64decode(file["content"])


def rows_of_xlsx(data: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet by header."""
    book = load_workbook(io.BytesIO(data))
    header, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def rows_of_csv(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@reached_once
async def whole_round(yard: Rounds, names: Sequence[str] = ("示例焊工",)) -> Rounds:
    """A round from its notice to the report of its certificates."""
    workers = [await yard.worker(name) for name in names]
    await yard.opened()
    applications = [await yard.applied(worker) for worker in workers]
    await yard.scoring(applications[0])
    await yard.noticed(applications[0])
    await yard.filed()
    await yard.step("acceptResults", OFFICER)
    await yard.step("issueCertificates")
    return yard
