"""Two enterprises and three people with a row of everything each, for asking who reads what.

``own`` is the shipyard's worker with what the shipyard has; ``colleague`` works beside them; ``other`` is of another
enterprise, and everything there is that one's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from core.facts import CredentialKind, ObtainedBy
from core.ladders import Level
from core.models import (
    CatalogRow,
    Coaching,
    ComputedFacts,
    Enterprise,
    Fault,
    FaultKind,
    Filing,
    Person,
    PilotDecision,
    PilotListing,
    Quarantine,
    Replicable,
    SchemeVersion,
    Wheel,
)
from core.storage.row_scope import EVERY_ROW
from core.webhooks import WebhookState
from schema.ids import encode_id
from tests import builders
from tests.builders import FITTER
from tests.made_once import made_once
from tests.schema import contest_rows, plugin_rows, plugin_world, published_rows, round_rows, rows
from tests.schema.conftest import Graph
from tests.schema.contest_world import PREFERENCE
from tests.schema.job_rows import job_rows
from tests.schema.webhook_rows import webhook_rows

# One version for each place that a filing can be in, so that every mutation finds one to act on.
DRAFT, SUBMITTED, COUNTERSIGNED, RECORDED, ACTIVE = "4.0.0", "3.0.0", "2.0.0", "1.1.0", "1.0.0"
SECOND_DAY, LAST_DAY = "2026-06-01", "2027-03-01"
NODES_OF_ROUNDS = {
    "Application",
    "Certificate",
    "Committee",
    "CommitteeMember",
    "Expert",
    "Objection",
    "PublicNotice",
    "ResultFiling",
    "Round",
    "RoundAssessor",
    "ScoreEntry",
}
# What every version declares beside that, so that something of it can be recorded.
DECLARED = """[[fact]]
key = "lamps"
zh = "掌握的焊枪"
en = "Torches mastered"
type = "integer"
on = "person"

"""
_serial = count(1)
EFFECTIVE = {ACTIVE: "2026-03-02", RECORDED: SECOND_DAY}


@dataclass(frozen=True)
class Holding:
    """What hangs on one person and their enterprise: global ids of nodes by type, and words that only they have.

    ``acting`` scores, and sits on the committee, in the round in which the person applied.
    """

    ids: Mapping[str, str]
    person: Person
    owner: Enterprise
    world: plugin_world.World
    key: str
    quarantined: str
    acting: Person
    paused: str

    @property
    def acting_id(self) -> str:
        return encode_id("Person", self.acting.id)

    @property
    def markers(self) -> tuple[str, ...]:
        """What shows in an answer that something of this holding was seen."""
        return (*self.ids.values(), self.key, self.person.name)


@dataclass(frozen=True)
class AccessWorld:
    """The holdings by what they are to a reader of the shipyard."""

    own: Holding
    colleague: Holding
    other: Holding


@made_once
async def build(graph: Graph) -> AccessWorld:
    """Everything, on record by the real steps where there are any."""
    ours = await _workshop(graph, "own_works", "示例本厂")
    theirs = await _workshop(graph, "other_works", "示例外厂")
    return AccessWorld(
        own=await _holding(graph, ours, "own_works", "示例本人"),
        colleague=await _holding(graph, ours, "own_works", "示例同事"),
        other=await _holding(graph, theirs, "other_works", "示例外人"),
    )


async def _workshop(graph: Graph, key: str, name: str) -> plugin_world.World:
    world = await plugin_world.world_in(graph, zh=name, industry="示例行业")
    for version, steps in ((ACTIVE, 5), (RECORDED, 3), (COUNTERSIGNED, 2), (SUBMITTED, 1), (DRAFT, 0)):
        await world.register(version=version, key=key, preference=PREFERENCE + DECLARED)
        for step in (
            partial(world.submit, version),
            partial(world.countersign, version),
            partial(world.record, version, number=f"示例{key}{version}", day=EFFECTIVE.get(version)),
            partial(world.switch, "activate", version),
            partial(world.switch, "retire", version, starts=LAST_DAY),
        )[:steps]:
            result = await step()
            assert result["__typename"] != "Problem", result
    scheme = contest_rows.contest_scheme(world.owner, key=key, facts=(published_rows.STAGES, published_rows.SHIFTS))
    graph.schemes.schemes.append(scheme)
    decision = contest_rows.pilot_decision(batch=f"{name}的批次")
    await _add(graph, [decision])
    await _decided(graph, world.owner, decision)
    return world


async def _decided(graph: Graph, owner: Enterprise, decision: PilotDecision) -> None:
    """The decision put the enterprise on the list, and says already when it leaves."""
    moved = {"decision_id": decision.id, "ended_decision_id": decision.id, "ends": date(2037, 3, 1)}
    async with graph.database.write(EVERY_ROW) as session:
        await session.exec(sa.update(PilotListing).where(col(PilotListing.enterprise_id) == owner.id).values(**moved))


async def _holding(graph: Graph, world: plugin_world.World, key: str, name: str) -> Holding:
    owner = world.owner
    person = builders.person(name=name)
    version, wheel, entry, listing = await _on_record(graph, key)
    application = builders.application(person, owner, version)
    evaluation = builders.evaluation(
        person, owner, version, application_id=application.id, occupation=FITTER, skill_level=Level.SENIOR_WORKER
    )
    contest = rows.competition(zh=f"{name}的竞赛", enterprise_id=owner.id)
    award = rows.award(person, contest)
    issued = {"issuer_enterprise_id": owner.id, "evaluation_id": evaluation.id}
    issued |= {"appointed_post": "示例岗位"}
    skill = builders.credential(person, **issued, obtained_by=ObtainedBy.DUAL)
    title = builders.title(person, **issued, linked_credential_id=skill.id)
    kinds = CredentialKind.VOCATIONAL_QUALIFICATION, CredentialKind.PROFESSIONAL_QUALIFICATION
    qualification = builders.credential(person, **issued, kind=kinds[0], linked_credential_id=title.id)
    licence = builders.title(person, **issued, kind=kinds[1], linked_credential_id=skill.id)
    authority = rows.authority(owner)
    kept = ComputedFacts(
        person_id=person.id,
        enterprise_id=owner.id,
        scheme_key=key,
        version=ACTIVE,
        wheel_digest=wheel.digest,
        basis="0" * 64,
        facts={"stages": 3},
        computed_at=builders.NOON,
    )
    faults = [
        plugin_rows.verification_of(wheel),
        Fault(wheel_id=wheel.id, kind=FaultKind.CRASH, zh="崩溃", en="crash", at=builders.NOON, request_id="r"),
        Quarantine(wheel_id=wheel.id, imposed_at=builders.NOON, reason="示例", lifted_at=builders.NOON),
    ]
    work = builders.employment(person, owner, starts=date(2020, 1, 1))
    minter = builders.service_token(enterprise_id=owner.id)
    token = builders.service_token(enterprise_id=owner.id, parent_id=minter.id)
    await _add(graph, [minter], [token])
    recorded = [published_rows.recorded(of, owner, key) for of in (person, evaluation)]
    later = [rows.score(evaluation), rows.schooling(person), work, authority, kept, *recorded, *faults]
    await _add(
        graph, [person, contest], [application], [evaluation], [skill, title, qualification, licence], [award, *later]
    )
    job = job_rows(owner)
    await _add(graph, *([row] for row in job))
    told = webhook_rows(owner)
    paused = webhook_rows(owner, state=WebhookState.PAUSED)[0]
    await _add(graph, *([row] for row in (*told, paused)))
    mark = await _held_up(graph)
    acting = builders.person(name=f"{name}的考评员")
    coached = rows.award(acting, contest)
    coaching = Coaching(award_id=coached.id, person_id=person.id, basis="示例证明")
    filed = await _filing_of(graph, version)
    about = round_rows.round_rows(round_rows.Around(owner, version, filed, person, acting, next(_serial)))
    await _add(graph, [acting], *([row] for row in about))
    asked = contest_rows.contest_rows(contest_rows.Around(owner, person, acting, award, licence, evaluation))
    await _add(graph, [coached], [coaching], *([row] for row in asked))
    # Of several of a kind the last one: it corrects, follows or is paired with another.
    ids = {type(row).__name__: row.id for row in about if type(row).__name__ in NODES_OF_ROUNDS} | {
        "Authority": authority.id,
        "Coaching": coaching.id,
        "Competition": contest.id,
        "CompetitionAward": award.id,
        "ContestDecision": asked[1].id,
        "ContestRequest": asked[0].id,
        "CorrespondenceEntry": entry.id,
        "Enterprise": owner.id,
        "Evaluation": evaluation.id,
        "Filing": UUID(int=0),
        "Job": job[0].id,
        "Person": person.id,
        "PilotDecision": listing.decision_id,
        "PilotListing": listing.id,
        "ProfessionalQualification": licence.id,
        "ProfessionalTitle": title.id,
        "ReplicableScheme": mark.id,
        "Scheme": version.scheme_id,
        "SchemeVersion": version.id,
        "ServiceToken": token.id,
        "SkillCertificate": skill.id,
        "VocationalQualification": qualification.id,
        "WebhookDelivery": told[2].id,
        "WebhookSubscription": told[0].id,
        "Wheel": wheel.id,
    }
    ids["CommitteeSitting"] = ids.pop("Committee")
    shown = {kind: encode_id(kind, id_) for kind, id_ in ids.items()} | {"Filing": world.filings[ACTIVE]["id"]}
    quarantined = await _quarantined(graph, world.filings[SUBMITTED]["digest"])
    return Holding(shown, person, owner, world, key, quarantined, acting, encode_id("WebhookSubscription", paused.id))


async def _filing_of(graph: Graph, version: SchemeVersion) -> Filing:
    async with graph.database.read(EVERY_ROW) as session:
        return (await session.exec(select(Filing).where(col(Filing.scheme_version_id) == version.id))).one()


async def _on_record(graph: Graph, key: str) -> tuple[SchemeVersion, Wheel, CatalogRow, PilotListing]:
    async with graph.database.read(EVERY_ROW) as session:
        found = select(Filing, Wheel).join(Wheel, col(Filing.wheel_id) == col(Wheel.id))
        filing, wheel = (await session.exec(found.where(col(Wheel.key) == key, col(Filing.version) == ACTIVE))).one()
        version = await session.get_one(SchemeVersion, filing.scheme_version_id)
        of_version = select(CatalogRow).where(col(CatalogRow.scheme_version_id) == version.id)
        entry = (await session.exec(of_version.order_by(col(CatalogRow.number)))).first()
        listed = select(PilotListing).where(col(PilotListing.enterprise_id) == wheel.enterprise_id)
        listing = (await session.exec(listed)).one()
    assert entry is not None
    return version, wheel, entry, listing


async def _held_up(graph: Graph) -> Replicable:
    """What the bureau holds up, of a third enterprise: nobody clones their own."""
    owner = builders.enterprise()
    scheme = builders.scheme(owner, key=f"held_up_{next(_serial)}")
    version = builders.scheme_version(scheme, **round_rows.real_document())
    named = {"scheme_key": scheme.key, "version": version.version, "zh": version.zh, "en": version.en}
    told = {"parts": ["process"], "marked_on": builders.NOON.date(), "marked_by": "示例", "reason": "示例"}
    mark = Replicable(scheme_version_id=version.id, owner_id=owner.id, **named, **told)
    await _add(graph, [owner], [scheme], [version], [mark])
    return mark


async def _add(graph: Graph, *batches: list[Any]) -> None:
    """Rows in batches, each after what it refers to; the two certificates of one evaluation refer to each other."""
    async with graph.database.write(EVERY_ROW) as session:
        for batch in batches:
            session.add_all(batch)
            await session.flush()


async def _quarantined(graph: Graph, digest: str) -> str:
    """The id of the wheel of a content, which is kept from running from now on."""
    async with graph.database.write(EVERY_ROW) as session:
        wheel = (await session.exec(select(Wheel).where(col(Wheel.digest) == digest))).one()
        held = (await session.exec(select(Quarantine).where(col(Quarantine.wheel_id) == wheel.id))).first()
        if held is None:
            session.add(Quarantine(wheel_id=wheel.id, imposed_at=builders.NOON, reason="示例"))
    return encode_id("Wheel", wheel.id)
