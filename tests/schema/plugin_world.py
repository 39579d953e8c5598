"""A world for tests of scheme plugins: an example workshop with everybody who handles its schemes, all by GraphQL."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from core.dates import SHANGHAI
from core.models import AuditEvent, Enterprise
from core.permissions import Actor, Role
from core.services.artifacts import Upload
from core.storage.row_scope import EVERY_ROW
from plugins.artifact import pack_folder
from tests import builders
from tests.database_rows import rows_of
from tests.schema import rows
from tests.schema.conftest import OFFICER, Graph

FOLDER = Path(__file__).parents[1] / "broken_schemes" / "clean_offers_everything"
AUTHORITY = "工业和信息化主管部门（示例）"
REVIEWER = Actor.of(Role.INDUSTRY_REVIEWER, "示例会签人", authority=AUTHORITY)
REASON = "示例理由"
WELDER = "6-18-02-04"  # 焊工

FILING = "id version state revision digest round recordNumber effectiveFrom effectiveUntil"
PROBLEM = "... on Problem { code message { zh en } where nearest clause }"
REGISTER = f"""mutation($file: Upload!, $manifest: Upload, $reason: String!) {{
  registerScheme(input: {{file: $file, manifest: $manifest, reason: $reason}}) {{
    __typename
    ... on VerifiedArtifact {{
      isAccepted wheel {{ id digest state }} findings {{ code severity row what {{ en }} }} filing {{ {FILING} }}
    }}
    {PROBLEM}
  }}
}}"""
STEP = f"""mutation($seen: SeenFilingInput!, $reason: String!) {{
  %s(input: {{seen: $seen, reason: $reason}}) {{ __typename ... on MovedFiling {{ filing {{ {FILING} }} }} {PROBLEM} }}
}}"""
RETURN = f"""mutation($seen: SeenFilingInput!, $comments: [ClauseCommentInput!]!, $reason: String!) {{
  returnFiling(input: {{seen: $seen, comments: $comments, reason: $reason}}) {{
    __typename ... on MovedFiling {{ filing {{ {FILING} steps {{ step comments {{ clause comment }} }} }} }} {PROBLEM}
  }}
}}"""
RECORD = f"""mutation($seen: SeenFilingInput!, $number: String!, $day: Date!, $reason: String!) {{
  recordFiling(input: {{seen: $seen, recordNumber: $number, effectiveFrom: $day, reason: $reason}}) {{
    __typename ... on MovedFiling {{ filing {{ {FILING} schemeVersion {{ id version }} }} }} {PROBLEM}
  }}
}}"""
SWITCH = f"""mutation($filing: ID!, $starts: Date, $reason: String!) {{
  %s(input: {{filing: $filing, starts: $starts, reason: $reason}}) {{
    __typename ... on SwitchedScheme {{ filing {{ id activations {{ state starts ends }} }} }} {PROBLEM}
  }}
}}"""


KEEP = f"""mutation($filing: ID!, $reason: String!) {{
  withdrawRetirement(input: {{filing: $filing, reason: $reason}}) {{
    __typename ... on SwitchedScheme {{ filing {{ id activations {{ state starts ends }} }} }} {PROBLEM}
  }}
}}"""


def artifact(owner: Enterprise, **given: str) -> Upload:
    """The example scheme as a zip of the owner's. ``given`` are texts to replace.

    ``years`` and ``needed`` (improvements) are those of its first row.
    """
    content = pack_folder(FOLDER)
    replaced = {
        "91990000MA0EXTJ012": owner.uscc,
        "tiny_works": given.get("key", "tiny_works"),
        'version = "1.0.0"': f'version = "{given.get("version", "1.0.0")}"',
        "years = 3": f"years = {given.get('years', '3')}",
        "at_least = 2": f"at_least = {given.get('needed', '2')}",
        'en = "Scheme of an example workshop"': f'en = "{given.get("name", "Scheme of an example workshop")}"',
        'occupation = "6-18-02-04" # 焊工\nskill_level = "technician"': _occupation(given.get("trade")),
        'title_to_skill = { clause = "第七条" }\n\n': _way_back(given.get("back_years")),
        "[[contest]]": f"{given.get('preference', '')}[[contest]]",
        AUTHORITY: given.get("authority", AUTHORITY),
        "from = 2026-03-01": f"from = {given.get('starts', '2026-03-01')}",
    }
    return Upload(filename="scheme.zip", media_type="application/zip", content=_replaced(content, replaced))


def _occupation(trade: str | None) -> str:
    named = f'trade = "{trade}"\n' if trade else ""
    return f'occupation = "6-18-02-04" # 焊工\n{named}skill_level = "technician"'


def _way_back(years: str | None) -> str:
    return f'title_to_skill = {{ clause = "第七条"{f", years = {years}" if years else ""} }}\n\n'


def _replaced(content: bytes, replaced: dict[str, str]) -> bytes:
    """The zip with texts replaced in its files."""
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for info in old.infolist():
            text = old.read(info).decode()
            for before, after in replaced.items():
                text = text.replace(before, after)
            new.writestr(zipfile.ZipInfo(info.filename), text.encode())
    return buffer.getvalue()


@dataclass
class World:
    """One enterprise, everybody who handles its filings, and the filings as they were last answered, by version."""

    graph: Graph
    owner: Enterprise
    filings: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def admin(self) -> Actor:
        return Actor.of(Role.ENTERPRISE_ADMIN, "示例企业经办", enterprise_id=self.owner.id)

    @property
    def employee(self) -> Actor:
        return Actor.of(Role.EVALUATION_OFFICER, "示例评价经办", enterprise_id=self.owner.id)

    def on(self, day: date) -> None:
        """From now on it is noon of ``day`` in Shanghai."""
        self.graph.clock.moment = datetime.combine(day, time(12), SHANGHAI)

    def later(self, minutes: int = 1) -> datetime:
        """A little later on the same day; the moment before."""
        before = self.graph.clock.moment
        self.graph.clock.moment = before + timedelta(minutes=minutes)
        return before

    async def do(self, mutation: str, actor: Actor, **variables: Any) -> dict[str, Any]:
        """The result of the only mutation of a request."""
        data = await self.graph.ask(mutation, actor, **{"reason": REASON, **variables})
        (result,) = data.values()
        if "filing" in result and result["filing"] and "version" in result["filing"]:
            self.filings[result["filing"]["version"]] = result["filing"]
        found: dict[str, Any] = result
        return found

    def seen(self, version: str = "1.0.0", **given: Any) -> dict[str, Any]:
        filing = self.filings[version]
        return {"filing": filing["id"], "revision": filing["revision"], "digest": filing["digest"], **given}

    async def register(self, actor: Actor | None = None, **given: str) -> dict[str, Any]:
        return await self.do(REGISTER, actor or self.admin, file=artifact(self.owner, **given))

    async def submit(self, version: str = "1.0.0", actor: Actor | None = None, **given: Any) -> dict[str, Any]:
        seen = self.seen(version, **given)
        return await self.do(STEP % "submitFiling", actor or self.admin, seen=seen)

    async def countersign(self, version: str = "1.0.0", actor: Actor = REVIEWER, **given: Any) -> dict[str, Any]:
        return await self.do(STEP % "countersignFiling", actor, seen=self.seen(version, **given))

    async def send_back(self, version: str = "1.0.0", actor: Actor = OFFICER, **given: Any) -> dict[str, Any]:
        comments = [{"clause": "第六条", "comment": "年限请写明"}]
        return await self.do(RETURN, actor, **{"seen": self.seen(version), "comments": comments, **given})

    async def record(self, version: str = "1.0.0", actor: Actor = OFFICER, **given: Any) -> dict[str, Any]:
        told = {"seen": self.seen(version), "number": f"示例备案{version}", "day": "2026-03-02", **given}
        return await self.do(RECORD, actor, **told)

    async def switch(self, how: str, version: str = "1.0.0", actor: Actor = OFFICER, **given: Any) -> dict[str, Any]:
        """Switch a version: activate, suspend or retire."""
        return await self.do(SWITCH % f"{how}Scheme", actor, filing=self.filings[version]["id"], **given)

    async def recorded(self, version: str = "1.0.0", day: str = "2026-03-02", **given: str) -> dict[str, Any]:
        """A version brought all the way onto the record."""
        await self.register(version=version, **given)
        await self.submit(version)
        await self.countersign(version)
        return await self.record(version, day=day)

    async def active(self, version: str = "1.0.0", **given: str) -> None:
        """A version on record and switched on."""
        await self.recorded(version, **given)
        result = await self.switch("activate", version)
        assert result["__typename"] == "SwitchedScheme", result


async def world_in(graph: Graph, **given: Any) -> World:
    """A world with one example workshop: on the pilot list, with both authorities."""
    owner = builders.enterprise(**{"zh": "示例小厂", **given})
    authorities = (rows.authority(owner, series=None), rows.skill_authority(owner, occupation=None))
    await graph.add(owner, rows.listing(owner), *authorities)
    return World(graph, owner)


def stored(graph: Graph) -> dict[str, list[str]]:
    """Every row of every table, but the order."""
    return rows_of(graph.database.url).told()


async def tags(graph: Graph) -> list[tuple[str, str]]:
    """What was done by whom, oldest first."""
    async with graph.database.read(EVERY_ROW) as session:
        events = await session.exec(select(AuditEvent).order_by(AuditEvent.seq))
        return [(event.tag, event.actor_name) for event in events]


def filing(world: World, version: str) -> str:
    """The id of the filing of a version."""
    id_: str = world.filings[version]["id"]
    return id_


async def version_id(world: World) -> str:
    """The id of the only version on record."""
    data = await world.graph.ask("{ schemes { edges { node { versions { id } } } } }")
    id_: str = data["schemes"]["edges"][0]["node"]["versions"][0]["id"]
    return id_
