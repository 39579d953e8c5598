"""What an engine decided once, with everything that rests on, in one file a version of the engine.

    python -m tests.core.replay_bundle

writes the file of the running engine, from the people of the demonstration and its scheme. It is written once, when the
engine's version is raised, and then never again: what it says is what must come out for as long as that version runs.
"""

import asyncio
import gzip
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from sqlmodel import select

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.decide import opportunities
from core.eligibility.decisions import Case
from core.eligibility.rulebook import Rulebook
from core.facts import PersonFacts
from core.ladders import Level, SkillTarget, TitleTarget
from core.models import Person, Snapshot, SnapshotKind
from core.policy.load import load_packs, stack_content
from core.replay.contents import CALENDAR, digest_of, facts_content, vocabulary_content
from core.replay.deciding import decision_outcome
from core.replay.snapshots import ENGINE, Basis, DecisionSnapshot, Standing, snapshot_content
from core.schemes import Scheme
from core.storage.facts import load_facts
from core.storage.row_scope import EVERY_ROW
from core.vocabulary import load_vocabulary
from plugins.document import read_folder, scheme_from

FOLDER = Path(__file__).parent / "replays"
SCHEME = Path(__file__).parents[2] / "enterprise_schemes/lingnan_ship/scheme_lingnan_ship"
DAY = date(2026, 11, 23)
STANDING = Standing(
    "91990000MA0EXTJ012",
    (Period(date(2026, 1, 15)),),
    (Authority(None, Level.FULL_SENIOR, Period(DAY)), Authority(None, Level.TECHNICIAN, Period(DAY))),
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Decisions and scores in their stored form, and every content they name, by digest."""

    engine: str
    decisions: list[str]
    scores: list[str]
    contents: dict[str, str]


def file_of(engine: str) -> Path:
    return FOLDER / f"{engine.replace(' ', '_')}.json.gz"


def read_bundle(path: Path) -> Bundle:
    read = orjson.loads(gzip.decompress(path.read_bytes()))
    return Bundle(read["engine"], read["decisions"], read["scores"], {digest_of(one): one for one in read["contents"]})


def _decided(facts: PersonFacts, scheme: Scheme, rules: Rulebook, shared: Any) -> tuple[str, str]:
    """The facts of a person, and the decisions for every target that the rules speak of to them."""
    known = facts_content(facts, "salt")
    employer = Employer(STANDING.enterprise, STANDING.listings, STANDING.authorities, (scheme,))
    found = opportunities(Case.of(facts, DAY, rules, (employer,)), everything=True)
    targets = dict.fromkeys(target for one in found for target in one.targets)
    skills = [one for one in targets if isinstance(one, SkillTarget)]
    ordered = (*skills, *(one for one in targets if isinstance(one, TitleTarget)))
    outcome = decision_outcome(facts, DAY, rules, STANDING, scheme, ordered)
    basis = Basis(DAY, facts=digest_of(known), **{name: digest_of(text) for name, text in shared.items()})
    return known, snapshot_content(DecisionSnapshot(basis, STANDING, ordered, outcome))


def _decisions(people: list[PersonFacts]) -> Iterator[tuple[list[str], str]]:
    """The contents that each decision names, and the decision."""
    document, packs, words = read_folder(SCHEME).canonical(), load_packs(), load_vocabulary()
    shared = {
        "policy": stack_content(packs),
        "calendar": CALENDAR,
        "vocabulary": vocabulary_content(words),
        "scheme": document,
    }
    scheme, rules = scheme_from(document), Rulebook(packs, words)
    for facts in people:
        known, decision = _decided(facts, scheme, rules, shared)
        yield [known, *shared.values()], decision


async def _demonstration(home: Path) -> tuple[list[PersonFacts], list[str], dict[str, str]]:
    """The facts of everybody on the day, the scores that are kept, and every content that is kept."""
    from server.operations import load_demonstration, migrate_database
    from server.settings import load_settings
    from server.wiring import open_database

    settings = load_settings(home=home)
    await migrate_database(settings)
    await load_demonstration(settings)
    async with open_database(settings) as database, database.read(EVERY_ROW) as session:
        ids = (await session.exec(select(Person.id).order_by(Person.id))).all()
        facts = await load_facts(session, ids, DAY)
        kept = (await session.exec(select(Snapshot))).all()
    scores = [row.content for row in kept if row.kind is SnapshotKind.SCORE]
    return [facts[id_] for id_ in ids], scores, {row.digest: row.content for row in kept}


async def write() -> None:
    with tempfile.TemporaryDirectory() as home:
        people, scores, kept = await _demonstration(Path(home))
    decided = list(_decisions(people))
    contents = {text for named, _ in decided for text in named}
    named_by_scores = {digest for score in scores for digest in orjson.loads(score)["basis"].values()}
    contents |= {kept[digest] for digest in named_by_scores & kept.keys()}
    whole = {
        "engine": ENGINE,
        "decisions": [decision for _, decision in decided],
        "scores": scores,
        "contents": sorted(contents),
    }
    FOLDER.mkdir(exist_ok=True)
    file_of(ENGINE).write_bytes(gzip.compress(orjson.dumps(whole), mtime=0))


if __name__ == "__main__":
    asyncio.run(write())
