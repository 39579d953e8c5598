"""Files of jobs over plain HTTP: for whom the graph gives the bytes and nobody else, a piece at a time."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import col

from core.errors import ErrorCode, GuantongError
from core.jobs.phases import JobFileRole, JobKind
from core.models import Enterprise, Job, JobFile, JobFilePart, Person
from core.permissions import Actor, Role
from core.services.artifacts import Upload
from core.services.job_files import job_contents, keep_file
from core.services.sealed_pieces import PIECE
from core.storage.database import Database
from core.storage.row_scope import EVERY_ROW, RowScope
from schema.ids import encode_id
from schema.job_files import FILE_PATH
from server.clock import SystemClock
from server.downloads import Downloads, disposition
from server.settings import Settings
from server.tokens import token_authority
from tests import builders as make
from tests.core.calls import call
from tests.server.fakes import StillClock
from tests.server.identity_world import World, code_of

NAME = '花名册 "一"; X=1.csv'
CONTENT = bytes(range(256)) * (PIECE // 256 * 2 + 7)  # two pieces and a little
NOW = StillClock().now()
INPUT, EXPORT = JobFileRole.INPUT, JobFileRole.EXPORT


@dataclass
class Kept:
    """Two enterprises, an assessor, and jobs: an import of the first, its administrator's export, the bureau's,
    a sheet of marks."""

    own: Enterprise = field(default_factory=make.enterprise)
    other: Enterprise = field(default_factory=make.enterprise)
    assessor: Person = field(default_factory=make.person)
    files: dict[str, JobFile] = field(default_factory=dict)

    def actors(self) -> dict[str, Actor]:
        def staff(role: Role, of: Enterprise) -> Actor:
            return Actor.of(role, "示例经办", enterprise_id=of.id)

        return {
            "admin": staff(Role.ENTERPRISE_ADMIN, self.own),
            "admin elsewhere": staff(Role.ENTERPRISE_ADMIN, self.other),
            "office": staff(Role.EVALUATION_OFFICER, self.own),
            "officer": Actor.of(Role.BUREAU_OFFICER, "示例经办"),
            "auditor": Actor.of(Role.BUREAU_AUDITOR, "示例审计"),
            "assessor": Actor.of(Role.ASSESSOR, "示例考评", person_id=self.assessor.id),
            "worker": Actor.of(Role.WORKER, "示例工人", person_id=self.assessor.id),
        }

    async def fill(self, database: Database) -> "Kept":
        async with database.write(EVERY_ROW) as session:
            made = call(session, now=NOW)
            await made.store(self.own, self.other, self.assessor)
            jobs = {
                "roster": (JobKind.IMPORT_ROSTER, "admin", INPUT, {"enterprise_id": self.own.id}),
                "list": (JobKind.EXPORT_LIST, "admin", EXPORT, {"enterprise_id": self.own.id}),
                "the bureau's": (JobKind.EXPORT_LIST, "officer", EXPORT, {}),
                "awards": (JobKind.IMPORT_AWARDS, "officer", INPUT, {}),
                "marks": (JobKind.IMPORT_SCORES, "assessor", INPUT, {"person_id": self.assessor.id}),
            }
            for name, (kind, actor, role, of) in jobs.items():
                asked_role = self.actors()[actor].role.value
                same = {"asked_by": "示例", "asked_role": asked_role, "reason": "示例", "actor": {}}
                job = Job(kind=kind, created_at=NOW, **same, **of)
                await made.store(job)
                upload = Upload(filename=NAME, media_type="text/csv", content=CONTENT)
                self.files[name] = await keep_file(made, job, role, upload)
        return self


def path(file: JobFile, role: JobFileRole | None = None) -> str:
    return FILE_PATH.format(job=encode_id("Job", file.job_id), role=(role or file.role).value)


def bearer(settings: Settings, actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {token_authority(settings, SystemClock()).issue(actor, timedelta(hours=1))}"}


@pytest.fixture
def kept(world: World) -> Kept:
    return world.in_database(Kept().fill)


def test_a_file_comes_whole_under_its_name_and_is_kept_by_nobody_on_the_way(world: World, kept: Kept) -> None:
    headers = bearer(world.settings, kept.actors()["admin"])
    answer = world.client.get(path(kept.files["roster"]), headers=headers)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    told = {name: answer.headers[name] for name in ("cache-control", "x-content-type-options", "content-length")}
    assert told == {
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "content-length": str(len(CONTENT)),
    }
    assert answer.headers["content-type"].partition(";")[0] == "text/csv"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="_X_1.csv"; '
        "filename*=UTF-8''%E8%8A%B1%E5%90%8D%E5%86%8C%20%22%E4%B8%80%22%3B%20X%3D1.csv"
    )
    asked = world.client.head(path(kept.files["roster"]), headers=headers)
    assert (asked.status_code, asked.content, asked.headers["content-length"]) == (200, b"", str(len(CONTENT)))


@pytest.mark.parametrize(
    ("actor", "file"),
    [
        ("admin elsewhere", "roster"),
        ("admin elsewhere", "list"),
        ("office", "roster"),
        ("office", "list"),
        ("officer", "roster"),
        ("officer", "list"),
        ("auditor", "the bureau's"),
        ("admin", "the bureau's"),
        ("admin", "marks"),
        ("worker", "marks"),
    ],
)
def test_whoever_may_not_have_a_file_learns_nothing_of_it(world: World, kept: Kept, actor: str, file: str) -> None:
    headers = bearer(world.settings, kept.actors()[actor])
    answers = [world.client.get(path(kept.files[file]), headers=headers)]
    # As little as of one that never was, of another role, and of what is no id at all.
    answers.append(world.client.get(FILE_PATH.format(job=encode_id("Job", UUID(int=7)), role="input"), headers=headers))
    answers.append(world.client.get(path(kept.files[file], JobFileRole.MARKED), headers=headers))
    answers += [
        world.client.get(f"/jobs/{job}/files/{role}", headers=headers)
        for job, role in (("nothing", "input"), (encode_id("Job", kept.own.id), "secret"), ("%00", "input"))
    ]
    assert {(one.status_code, code_of(one)) for one in answers} == {(404, "NOT_FOUND")}
    assert len({one.json()["errors"][0]["message"] for one in answers}) == 1


@pytest.mark.parametrize("change", [{"expires_at": NOW}, {"cleared_at": NOW}])
def test_what_expired_or_was_deleted_is_not_given(world: World, kept: Kept, change: Any) -> None:
    file = kept.files["list"]
    headers = bearer(world.settings, kept.actors()["admin"])
    assert world.client.get(path(file), headers=headers).status_code == 200

    async def changed(database: Database) -> None:
        async with database.write(EVERY_ROW) as session:
            await session.exec(sa.update(JobFile).where(col(JobFile.id) == file.id).values(**change))

    world.in_database(changed)
    answer = world.client.get(path(file), headers=headers)
    assert (answer.status_code, code_of(answer)) == (404, "NOT_FOUND")


def test_nobody_without_a_credential_that_holds(world: World, kept: Kept) -> None:
    address = path(kept.files["roster"])
    assert world.client.get(address).status_code == 401
    wrong = world.client.get(address, headers={"authorization": "Bearer nothing"})
    assert (wrong.status_code, code_of(wrong)) == (401, "TOKEN_INVALID")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({}, 403),
    ],
)
def test_a_session_downloads_from_pages_of_this_server_alone(
    world: World, kept: Kept, headers: Any, status: int
) -> None:
    account = world.account(Role.ENTERPRISE_ADMIN, enterprise_id=kept.own.id)
    assert world.login(account.name).status_code == 200
    for name in ("origin", "sec-fetch-site"):
        world.client.headers.pop(name)
    answer = world.client.get(path(kept.files["list"]), headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert code_of(answer) == "CROSS_SITE"


def test_downloads_are_counted_as_the_graph_counts_them(enter: Any, settings: Settings) -> None:
    world = enter(settings.model_copy(update={"budgets": {"enterprise-admin": {"cost": 500, "per_minute": 1000}}}))
    kept = world.in_database(Kept().fill)
    headers = bearer(settings, kept.actors()["admin"])
    answers = [world.client.get(path(kept.files["list"]), headers=headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert code_of(answers[2]) == "RATE_LIMITED"
    assert 0 < int(answers[2].headers["retry-after"]) <= 121


@pytest.mark.anyio
async def test_the_same_readers_as_the_graph_on_both_databases(database: Database) -> None:
    kept = await Kept().fill(database)
    downloads = Downloads(database, make.KEYRING, StillClock())
    ids = [file.id for file in kept.files.values()]
    readers: dict[str, set[str]] = {}
    for name, actor in kept.actors().items():
        async with database.read(RowScope.of(actor)) as session:
            graph = set(await job_contents(session, make.KEYRING, actor, ids, NOW))
        found = {key for key, one in kept.files.items() if await downloads.find(actor, one.job_id, one.role)}
        assert {kept.files[key].id for key in found} == graph, name
        readers[name] = found
    assert readers == {
        "admin": {"roster", "list"},
        "admin elsewhere": set(),
        "office": set(),
        "officer": {"the bureau's", "awards"},
        "auditor": set(),
        "assessor": {"marks"},
        "worker": set(),
    }


@pytest.mark.anyio
async def test_a_piece_is_read_when_it_is_wanted_and_the_last_only_of_a_sound_file(database: Database) -> None:
    kept = await Kept().fill(database)
    actor, file = kept.actors()["admin"], kept.files["roster"]
    clock = StillClock()
    downloads = Downloads(database, make.KEYRING, clock)
    pieces = [piece async for piece in downloads.content(actor, file)]
    assert (b"".join(pieces), [len(one) for one in pieces]) == (CONTENT, [PIECE, PIECE, len(CONTENT) - 2 * PIECE])
    # Its end is gone while it is read: what was stored is not what comes, and the reader is not told otherwise.
    reading = downloads.content(actor, file)
    first = await anext(reading)
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.delete(JobFilePart).where(col(JobFilePart.file_id) == file.id, JobFilePart.number == 2))
    with pytest.raises(GuantongError) as caught:
        while piece := await anext(reading):
            first += piece
    assert (caught.value.code, len(first)) == (ErrorCode.DIGEST_MISMATCH, PIECE)


@pytest.mark.anyio
async def test_a_reader_who_loses_the_right_in_the_midst_gets_no_more(database: Database) -> None:
    kept = await Kept().fill(database)
    actor, file = kept.actors()["admin"], kept.files["list"]
    reading = Downloads(database, make.KEYRING, StillClock()).content(actor, file)
    assert len(await anext(reading)) == PIECE
    async with database.write(EVERY_ROW) as session:
        await session.exec(sa.update(JobFile).where(col(JobFile.id) == file.id).values(expires_at=NOW))
    with pytest.raises(GuantongError):
        await anext(reading)


def test_names_keep_to_their_place_in_the_header() -> None:
    assert disposition("list.xlsx") == "attachment; filename=\"list.xlsx\"; filename*=UTF-8''list.xlsx"
    assert disposition('a";\r\nb=c') == "attachment; filename=\"a_b_c\"; filename*=UTF-8''a%22%3B%0D%0Ab%3Dc"
