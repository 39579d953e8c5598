"""The two-ladder picture as data, for a person like the one in the design: every node and crossing edge by hand."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from core.dates import Period
from core.eligibility.blocks import Authority, Employer
from core.eligibility.bridge import Bridge, Edge, NodeState, bridge, focus_occupation
from core.eligibility.decisions import Case
from core.eligibility.pathways import earliest
from core.eligibility.routes import Mode
from core.eligibility.rulebook import Rulebook
from core.facts import CredentialKind, EvidenceItem, HeldCredential, ObtainedBy, PersonFacts, WorkSpell
from core.ladders import SKILL_LEVELS, TITLE_LEVELS, Level
from core.policy.load import load_packs
from core.vocabulary import load_vocabulary
from tests.core.case_runner import schemes
from tests.core.people import people

RULEBOOK = Rulebook(load_packs(), load_vocabulary())
SHIPYARD = schemes()["lingnan_ship"]
IN_FORCE = Period(date(2026, 3, 1))
DAY = date(2026, 11, 22)
HULL, LATHE, ELECTRIC = "6-23-02-01", "6-18-01-01", "6-31-01-03"
SKILL_LANE, TITLE_LANE = f"skill:{HULL}", "title:engineering:ship_and_ocean"


def employer(*listings: Period) -> Employer:
    authorities = (Authority(None, Level.CHIEF_TECHNICIAN, IN_FORCE), Authority(None, Level.FULL_SENIOR, IN_FORCE))
    return Employer(SHIPYARD.enterprise, listings or (IN_FORCE,), authorities, (SHIPYARD,))


def certificate(level: Level, on: date) -> HeldCredential:
    return HeldCredential(f"skill:{level}", CredentialKind.SKILL_CERTIFICATE, level, on, occupation=HULL)


PERSON = PersonFacts(
    born_on=date(1990, 5, 4),
    credentials=(
        certificate(Level.SENIOR_WORKER, date(2016, 5, 20)),
        certificate(Level.TECHNICIAN, date(2019, 6, 10)),
        certificate(Level.SENIOR_TECHNICIAN, date(2023, 3, 1)),
        HeldCredential(
            "title",
            CredentialKind.PROFESSIONAL_TITLE,
            Level.ASSISTANT,
            date(2018, 11, 2),
            series="engineering",
            specialty="ship_and_ocean",
            obtained_by=ObtainedBy.REVIEW,
            review_year=2018,
        ),
    ),
    work=(
        WorkSpell("elsewhere", Period(date(2010, 7, 1), date(2011, 7, 1)), LATHE),
        WorkSpell("elsewhere", Period(date(2011, 7, 1), date(2012, 7, 1)), ELECTRIC),
        WorkSpell(SHIPYARD.enterprise, Period(date(2012, 7, 1)), HULL),
    ),
    evidence={
        "frontline_months": (EvidenceItem(60, date(2020, 1, 1)),),
        "process_improvements": (EvidenceItem(1, date(2024, 1, 1)),),
        "technical_breakthroughs": (EvidenceItem(2, date(2025, 1, 1)),),
    },
)


def case_of(facts: PersonFacts, at: Employer | None = None) -> Case:
    return Case.of(facts, DAY, RULEBOOK, [at or employer()])


@pytest.fixture(scope="module")
def picture() -> Bridge:
    return bridge(case_of(PERSON))


def nodes_of(picture: Bridge, lane: str) -> dict[Level, tuple[NodeState, date | None]]:
    return {node.target.level: (node.state, node.since) for node in picture.nodes if node.lane == lane}


def edge(picture: Bridge, source: str, target: str) -> Edge:
    return next(e for e in picture.edges if (e.source, e.target) == (source, target))


def between(picture: Bridge, source: str, target: str) -> dict[tuple[str, str], tuple[int, date | None]]:
    """Years and date of the edges from one lane to another, by the names of their rungs."""
    found = [e for e in picture.edges if e.source.startswith(f"{source}/") and e.target.startswith(f"{target}/")]
    return {
        (e.source.rsplit(":", 1)[1], e.target.rsplit(":", 1)[1]): (e.years, e.due)
        for e in found
        if e.mode in (Mode.CROSSING, Mode.DUAL_TRACK)
    }


def test_the_present_occupation_faces_its_specialty_and_the_others_stand_beside(picture: Bridge) -> None:
    assert [(lane.id, lane.is_focus) for lane in picture.lanes] == [
        (SKILL_LANE, True),
        (f"skill:{LATHE}", False),
        (f"skill:{ELECTRIC}", False),
        (TITLE_LANE, True),
        ("title:engineering:electrical", False),
        ("title:engineering:mechanical", False),
    ]
    assert [lane.name.zh for lane in picture.lanes if lane.is_focus] == ["金属船体制造工", "船舶与海洋工程"]


def test_the_skill_ladder_of_the_person(picture: Bridge) -> None:
    assert nodes_of(picture, SKILL_LANE) == {
        Level.APPRENTICE: (NodeState.HELD, None),
        Level.JUNIOR_WORKER: (NodeState.HELD, None),
        Level.INTERMEDIATE_WORKER: (NodeState.HELD, None),
        Level.SENIOR_WORKER: (NodeState.HELD, date(2016, 5, 20)),
        Level.TECHNICIAN: (NodeState.HELD, date(2019, 6, 10)),
        Level.SENIOR_TECHNICIAN: (NodeState.HELD, date(2023, 3, 1)),
        # a year after the certificate (广东)
        Level.SPECIAL_TECHNICIAN: (NodeState.NOW, DAY),
        # three years after the full senior title
        Level.CHIEF_TECHNICIAN: (NodeState.REACHABLE, date(2034, 11, 22)),
    }


def test_the_title_ladder_of_the_person(picture: Bridge) -> None:
    assert nodes_of(picture, TITLE_LANE) == {
        Level.STAFF: (NodeState.HELD, None),
        Level.ASSISTANT: (NodeState.HELD, date(2018, 11, 2)),
        # three years after 技师
        Level.INTERMEDIATE: (NodeState.NOW, DAY),
        # four years after 高级技师: 99 days to go
        Level.ASSOCIATE_SENIOR: (NodeState.ON_DATE, date(2027, 3, 1)),
        # five years after 特级技师, which opens today
        Level.FULL_SENIOR: (NodeState.REACHABLE, date(2031, 11, 22)),
    }
    assert (date(2027, 3, 1) - DAY).days == 99


def test_ladders_that_one_only_worked_on_are_closed_above_the_first_rung(picture: Bridge) -> None:
    for occupation in (LATHE, ELECTRIC):
        states = nodes_of(picture, f"skill:{occupation}")
        assert [level for level, (state, _) in states.items() if state is NodeState.NOW] == [Level.JUNIOR_WORKER]
        assert {state for level, (state, _) in states.items() if level is not Level.JUNIOR_WORKER} == {NodeState.CLOSED}


def test_every_rung_is_named_and_stands_at_its_height(picture: Bridge) -> None:
    skill = [n for n in picture.nodes if n.lane == SKILL_LANE]
    titles = [n for n in picture.nodes if n.lane == TITLE_LANE]
    assert [n.tier for n in skill] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [n.tier for n in titles] == [2, 3, 4, 5, 6.5]
    assert [n.name.zh for n in titles] == ["技术员", "助理工程师", "工程师", "高级工程师", "正高级工程师"]
    assert skill[3].name.zh == "高级工（三级）"
    assert len(picture.nodes) == 3 * len(SKILL_LEVELS) + 3 * len(TITLE_LEVELS)
    assert len({n.id for n in picture.nodes}) == len(picture.nodes)


def test_the_bridge_from_skills_to_titles(picture: Bridge) -> None:
    assert between(picture, SKILL_LANE, TITLE_LANE) == {
        ("senior_worker", "assistant"): (2, DAY),
        ("technician", "intermediate"): (3, DAY),
        ("senior_technician", "associate_senior"): (4, date(2027, 3, 1)),
        ("special_technician", "full_senior"): (5, None),
        ("chief_technician", "full_senior"): (5, None),
    }


def test_the_bridge_from_titles_to_skills(picture: Bridge) -> None:
    assert between(picture, TITLE_LANE, SKILL_LANE) == {
        ("staff", "senior_worker"): (1, DAY),
        ("assistant", "senior_worker"): (1, DAY),
        ("intermediate", "technician"): (1, None),
        ("associate_senior", "senior_technician"): (1, None),
        ("full_senior", "senior_technician"): (1, None),
        ("associate_senior", "special_technician"): (2, None),
        ("full_senior", "special_technician"): (2, None),
        ("full_senior", "chief_technician"): (3, None),
    }


def test_progress_is_the_share_of_the_years_served(picture: Bridge) -> None:
    running = edge(picture, f"{SKILL_LANE}/skill:senior_technician", f"{TITLE_LANE}/title:associate_senior")
    # 2023-03-01 to 2026-11-22 is 1362 days of four years of 365
    assert running.progress == round(1362 / 1460, 4)
    assert running.policy_route == "guangzhou.s2t-3"
    assert running.offer is not None
    assert running.offer.scheme == "lingnan_ship"
    done = edge(picture, f"{SKILL_LANE}/skill:technician", f"{TITLE_LANE}/title:intermediate")
    assert done.progress == 1.0
    ahead = edge(picture, f"{TITLE_LANE}/title:intermediate", f"{SKILL_LANE}/skill:technician")
    assert ahead.progress == 0.0


def test_each_ladder_has_its_own_way_up(picture: Bridge) -> None:
    rungs = [("junior_worker", "intermediate_worker"), ("intermediate_worker", "senior_worker")]
    rungs += [("senior_worker", "technician"), ("technician", "senior_technician")]
    years = []
    for occupation in (HULL, LATHE):
        lane = f"skill:{occupation}"
        up = [edge(picture, f"{lane}/skill:{low}", f"{lane}/skill:{high}") for low, high in rungs]
        assert all(e.mode is Mode.PROMOTION for e in up)
        years.append([e.years for e in up])
    # without the schooling of the shortcuts, the ordinary years
    assert years == [[3, 4, 5, 5], [3, 4, 5, 5]]


def test_contests_are_not_drawn(picture: Bridge) -> None:
    assert all(e.mode is not Mode.CONTEST for e in picture.edges)


def test_a_delisted_enterprise_takes_its_scheme_out_of_the_picture() -> None:
    picture = bridge(case_of(PERSON, employer(Period(date(2026, 3, 1), date(2026, 10, 1)))))
    assert all(e.offer is None for e in picture.edges)
    # the packs' own ways stay: 技师 three years, 高级技师 four
    states = nodes_of(picture, TITLE_LANE)
    assert states[Level.INTERMEDIATE] == (NodeState.NOW, DAY)
    assert states[Level.ASSOCIATE_SENIOR] == (NodeState.ON_DATE, date(2027, 3, 1))
    assert states[Level.FULL_SENIOR] == (NodeState.CLOSED, None)


def test_a_revoked_certificate_is_not_held() -> None:
    *others, title = PERSON.credentials
    revoked = tuple(replace(c, ends_on=date(2026, 1, 1)) for c in others)
    states = nodes_of(bridge(case_of(replace(PERSON, credentials=(*revoked, title)))), SKILL_LANE)
    assert states[Level.SENIOR_TECHNICIAN][0] is not NodeState.HELD
    # the title of 2018 still leads to 高级工
    assert states[Level.SENIOR_WORKER] == (NodeState.NOW, DAY)
    assert states[Level.TECHNICIAN][0] is NodeState.REACHABLE


@pytest.mark.parametrize(
    ("facts", "focus"),
    [
        (PERSON, HULL),
        (replace(PERSON, work=PERSON.work[:2]), HULL),
        (replace(PERSON, work=PERSON.work[:2], credentials=()), ELECTRIC),
        (replace(PERSON, work=(), credentials=()), None),
        (replace(PERSON, work=(*PERSON.work, WorkSpell("elsewhere", Period(date(2020, 1, 1)), LATHE))), HULL),
    ],
    ids=["present post", "highest certificate", "last worked in", "nothing", "the post one is certified for"],
)
def test_the_focus(facts: PersonFacts, focus: str | None) -> None:
    assert focus_occupation(case_of(facts)) == focus


def test_a_person_without_anything_has_an_empty_picture() -> None:
    picture = bridge(case_of(PersonFacts(date(1990, 1, 1))))
    assert (picture.lanes, picture.nodes, picture.edges) == ((), (), ())


@given(people())
def test_every_picture_hangs_together(facts: PersonFacts) -> None:
    case = case_of(facts)
    picture = bridge(case)
    ids, lanes = {n.id for n in picture.nodes}, {lane.id for lane in picture.lanes}
    assert all(n.lane in lanes for n in picture.nodes)
    assert all(e.source in ids and e.target in ids and 0 <= e.progress <= 1 for e in picture.edges)
    assert len({e.id for e in picture.edges}) == len(picture.edges)
    steps = earliest(case)
    for node in picture.nodes:
        step = steps.get(node.target)
        assert (step is not None) == (node.state in {NodeState.NOW, NodeState.ON_DATE, NodeState.REACHABLE})
        if step:
            assert node.since == step.on
            assert (node.state is NodeState.REACHABLE) == bool(step.rests_on)
    for ladder in {lane.ladder for lane in picture.lanes}:
        assert sum(lane.is_focus for lane in picture.lanes if lane.ladder is ladder) <= 1
