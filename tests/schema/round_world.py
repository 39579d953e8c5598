"""A world for tests of rounds over the graph: an example workshop with its office, assessors, experts and workers."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from graphql import GraphQLUnionType, get_named_type

from core.facts import EducationLevel
from core.models import Person, Schooling
from core.permissions import Actor, Role
from schema.build import build_schema
from schema.ids import encode_id, row_key
from tests import builders
from tests.made_once import made_once
from tests.schema.conftest import WITHOUT_LIMIT, Graph
from tests.schema.plugin_world import OFFICER, WELDER, World, version_id, world_in

FIRST_DAY, LAST_DAY = date(2026, 3, 2), date(2026, 3, 13)
BOTH = {
    "skill": {"occupation": WELDER, "level": "TECHNICIAN"},
    "title": {"series": "engineering", "specialty": "mechanical", "level": "INTERMEDIATE"},
}
EVIDENCE = [{"evidence": "improvements", "amount": 2, "since": "2025-06-01"}]
SCHEMA = build_schema().plain
SHOWN = {
    "MovedJob": "job { id phase revision }",
    "MovedRound": "round { id revision state planNumber }",
    "UploadedEvidence": "file { digest filename mediaType size }",
    "ChangedApplication": "application { id revision status warnings }",
    "ChangedExpert": "expert { id revision number ends }",
    "ChangedAssessor": "assessor { id name releasedOn }",
    "DeclaredTie": "tie { ground declaredBy }",
    "ChangedCommittee": "committee { id seats members { id isPresent } }",
    "ReplacedMember": "member { id number follows { id steppedDownReason } }",
    "VoteReceipt": "application",
    "CorrectedMark": "mark { id points isCurrent replaces { id points isCurrent } }",
    "ChangedObjection": "objection { id revision state clock { due workingDaysLeft } }",
    "RevokedCertificate": "certificate { id number revokedOn revokedReason }",
    "AssignedIssuerCode": "recordCode certificatePrefix",
    "RevokedGrant": "decision { id credential { number revokedOn } }",
    "ChangedContestRequest": "request { id revision state path waitsFor decisions { id side granted } }",
    "RecordedCompetition": "competition { id name { zh } year awards { edges { node { id rank } } } }",
    "RecordedCoaching": "coaching { id basis coach { name } award { id } }",
    "RecordedSchemeFacts": "record { version revision facts { key value } basis reason person { id } }",
    "ChangedPilotList": "decision { id batch basis joined { enterprise { key } } left { enterprise { key } } }",
    "MarkedReplicable": "marked { mark revision }",
    "ClonedScheme": "filename toFillIn { en }",
    "WebhookSubscriptionWithSecret": "secret subscription { id revision state }",
    "ChangedWebhookSubscription": "subscription { id revision state cause }",
    "ReplayedDelivery": "delivery { id state isReplay }",
    "Problem": "code message { zh en } where nearest clause",
}
_keys = count(1)


def key() -> str:
    """A request key that nobody has used."""
    return f"graph-key-{next(_keys)}"


def document(name: str) -> str:
    """The mutation of a name, with everything that its results are shown by."""
    root = SCHEMA.mutation_type
    assert root is not None
    found = root.fields[name]
    union = get_named_type(found.type)
    assert isinstance(union, GraphQLUnionType)
    shown = " ".join(f"... on {kind.name} {{ {SHOWN[kind.name]} }}" for kind in union.types)
    given = found.args["input"].type
    return f"mutation($input: {given}) {{ {name}(input: $input) {{ __typename {shown} }} }}"


@dataclass
class Rounds:
    """The workshop with its people; ``round`` is the round under way, as it was last answered."""

    plugins: World
    version: str
    round: dict[str, Any] = field(default_factory=dict)
    assessors: list[Actor] = field(default_factory=list)

    @property
    def graph(self) -> Graph:
        return self.plugins.graph

    @property
    def office(self) -> Actor:
        return self.plugins.employee

    def on(self, day: date) -> None:
        self.plugins.on(day)

    async def do(self, mutation: str, actor: Actor, /, **given: Any) -> dict[str, Any]:
        """What comes of a mutation; a key and a reason are made up unless given."""
        asked = {"key": key(), **({} if mutation == "castVote" else {"reason": "示例理由"}), **given}
        (result,) = (await self.graph.ask(document(mutation), actor, input=asked)).values()
        if "round" in result:
            self.round = result["round"]
        found: dict[str, Any] = result
        return found

    async def done(self, mutation: str, actor: Actor | None = None, /, **given: Any) -> dict[str, Any]:
        """The same, where it must not be refused."""
        result = await self.do(mutation, actor or self.office, **given)
        assert result["__typename"] != "Problem", (mutation, result)
        return result

    @property
    def seen(self) -> dict[str, Any]:
        return {"round": self.round["id"], "revision": self.round["revision"]}

    async def step(self, mutation: str, actor: Actor | None = None, /, **given: Any) -> dict[str, Any]:
        """A step of the round under way."""
        return await self.done(mutation, actor, seen=self.seen, **given)

    async def refused(self, mutation: str, actor: Actor | None = None, /, **given: Any) -> str:
        """The code with which a mutation is refused."""
        result = await self.do(mutation, actor or self.office, **given)
        assert result["__typename"] == "Problem", (mutation, result)
        return str(result["code"])

    async def shown(self, selection: str, actor: Actor | None = None) -> dict[str, Any]:
        """What somebody reads of the round under way."""
        query = f"query($id: ID!) {{ round(id: $id) {{ {selection} }} }}"
        found: dict[str, Any] = (await self.graph.ask(query, actor or self.office, id=self.round["id"]))["round"]
        return found

    # ---- people

    async def worker(self, name: str = "示例焊工", since: date = date(2014, 4, 1)) -> Actor:
        """A welder who may apply for a technician's level and an engineer's title at once, both held ``since``."""
        person = builders.person(name=name)
        work = builders.employment(person, self.plugins.owner, occupation=WELDER, starts=date(2010, 1, 1))
        skill = builders.credential(person, occupation=WELDER, awarded_on=since)
        title = builders.title(person, awarded_on=since, review_year=since.year - 1)
        await self.graph.add(person, work, skill, title, _schooling(person))
        return Actor.of(Role.WORKER, name, person_id=person.id)

    async def staff(self, name: str, role: Role = Role.ASSESSOR) -> Actor:
        """Somebody of the workshop who acts in rounds."""
        person = builders.person(name=name)
        await self.graph.add(person, builders.employment(person, self.plugins.owner))
        return Actor.of(role, name, person_id=person.id)

    # ---- the way of a round

    async def opened(self) -> None:
        """A round that takes applications."""
        days = {"referenceDay": FIRST_DAY.isoformat(), "applicationsUntil": LAST_DAY.isoformat()}
        await self.done("announceRound", schemeVersion=self.version, name="示例批次", isExample=True, **days)
        await self.step("planRound")
        await self.step("openApplications")

    async def applied(self, worker: Actor, **given: Any) -> dict[str, Any]:
        asked = {"round": self.round["id"], "targets": BOTH, "evidence": EVIDENCE} | given
        found: dict[str, Any] = (await self.done("fileApplication", worker, **asked))["application"]
        return found

    async def reviewed(self, application: dict[str, Any]) -> dict[str, Any]:
        """The application admitted, its evidence accepted."""
        seen = {"application": application["id"], "revision": application["revision"]}
        evidence = [{"evidence": "improvements", "accepted": True}]
        result = await self.done("reviewApplication", seen=seen, admitted=True, evidence=evidence)
        found: dict[str, Any] = result["application"]
        return found

    async def scoring(self, application: dict[str, Any]) -> None:
        """A round in which the application is scored by three."""
        self.on(LAST_DAY + timedelta(days=1))
        await self.step("closeApplications")
        await self.reviewed(application)
        for number in range(3):
            one = await self.staff(f"示例考评员{number}")
            self.assessors.append(one)
            await self.done("assignAssessor", seen=self.seen, who={"person": encode_id("Person", one.person_id)})
        await self.step("endReview")

    async def marked(self, application: dict[str, Any]) -> None:
        """80 on every criterion from every assessor."""
        marks = [{"criterion": one, "points": 80} for one in ("work", "skills", "practice", "defence")]
        for assessor in self.assessors:
            await self.done("giveMarks", assessor, application=application["id"], marks=marks)

    async def drawn(self) -> dict[str, Any]:
        """A committee of seven of ten experts, two of them from outside."""
        for number in range(10):
            one = await self.staff(f"示例专家{number}")
            title = {"series": "engineering", "specialty": "mechanical", "level": "ASSOCIATE_SENIOR"}
            who = {"person": encode_id("Person", one.person_id)}
            same = {"number": f"E{number:03}", "unit": "示例单位", "starts": "2026-01-01", "isOutside": number > 7}
            await self.done("recordExpert", who=who, **same, **title)
        what = {"series": "engineering", "specialty": "mechanical", "highest": "INTERMEDIATE", "seats": 7}
        found: dict[str, Any] = (await self.done("drawCommittee", seen=self.seen, **what))["committee"]
        return found

    async def voted(self, application: dict[str, Any], committee: dict[str, Any], agree: int = 7) -> None:
        """The committee met, and so many of its members agreed."""
        await self.step("layBeforeCommittee")
        present = [one["id"] for one in committee["members"]]
        await self.done("recordAttendance", seen=self.seen, committee=committee["id"], present=present)
        members = await self.shown("committees { members { person { id } } }", OFFICER)
        for place, one in enumerate(members["committees"][0]["members"]):
            choice = "AGREE" if place < agree else "DISAGREE"
            await self.done("castVote", _member(one["person"]["id"]), application=application["id"], choice=choice)

    async def noticed(self, application: dict[str, Any], agree: int = 7) -> None:
        """A round whose results are in public notice."""
        await self.marked(application)
        await self.voted(application, await self.drawn(), agree)
        await self.step("concludeRound")
        await self.step("noticeResults")

    async def filed(self) -> None:
        """The notice elapsed, the results filed."""
        clocks = (await self.shown("clocks { term due }"))["clocks"]
        due = next(one["due"] for one in clocks if one["term"] == "NOTICE")
        self.on(date.fromisoformat(due) + timedelta(days=1))
        await self.step("fileResults")


def _member(person: str) -> Actor:
    return Actor.of(Role.ASSESSOR, "示例评委", person_id=row_key(person, "Person"))


def _schooling(person: Person) -> Schooling:
    return Schooling(
        person_id=person.id,
        level=EducationLevel.BACHELOR,
        graduated_on=date(2008, 7, 1),
        school="示例大学",
        occupations=[WELDER],
        specialties=["engineering:mechanical"],
    )


@made_once
async def rounds_in(graph: Graph) -> Rounds:
    """The workshop, listed, with both authorities, its codes, and a scheme that runs."""
    graph.serve(WITHOUT_LIMIT)
    plugins = await world_in(graph)
    await plugins.active()
    world = Rounds(plugins, await version_id(plugins))
    codes = {"recordCode": "EX01", "certificatePrefix": "Y000044000001"}
    await world.done("assignIssuerCode", OFFICER, enterprise=encode_id("Enterprise", plugins.owner.id), **codes)
    return world
