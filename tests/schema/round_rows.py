"""Rows of rounds for tests of the graph, put on record directly, and what each list of them may cost."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.ladders import Level
from core.models import (
    Application,
    Certificate,
    Committee,
    CommitteeMember,
    Enterprise,
    EvidenceClaim,
    EvidenceFile,
    EvidenceFilePart,
    Expert,
    Filing,
    NoticeRow,
    Objection,
    Outcome,
    Person,
    PublicNotice,
    ResultFiling,
    ResultRow,
    Round,
    RoundAssessor,
    RoundDeadline,
    RoundStep,
    SchemeVersion,
    ScoreEntry,
    Tally,
    TieDeclaration,
    TitleBallot,
)
from core.rounds.deadlines import Term
from core.rounds.recusal import Ground
from core.rounds.steps import RoundState, RoundStepKind
from core.schemes import CriterionSide
from core.services.artifacts import sha256
from core.services.sealed_pieces import sealed
from plugins.document import read_folder
from tests import builders
from tests.builders import NOON
from tests.schema import plugin_rows
from tests.schema.plugin_world import FOLDER

DAY = date(2026, 3, 2)
DIGEST = "0" * 64
PAPER = b"%PDF-1.7 example"
ROUNDS = "{ rounds(first: 100) { edges { node { %s } } } }"
APPLICATIONS = "{ applications(first: 100) { edges { node { %s } } } }"
CERTIFICATES = "{ certificates(first: 100) { edges { node { %s } } } }"
EXPERTS = "{ experts(first: 100) { edges { node { %s } } } }"
PEOPLE = "{ people(first: 100) { edges { node { %s } } } }"
ENTERPRISES = "{ enterprises(first: 100) { edges { node { %s } } } }"
VERSIONS = "{ schemes(first: 100) { edges { node { versions { %s } } } } }"
# What these give was loaded with them.
IN_MEMORY = {"CommitteeDraw", "EvidenceClaim", "NoticeRow", "RoundGate", "RoundStep", "RoundTask", "RoundTaskCase"}
GATES = 13 + 6  # the rows of rounds, and the audit of the versions of those that begin
COUNTS: list[tuple[str, int]] = [
    (ROUNDS % "name state", 1),
    ("{ rounds { totalCount } }", 2),
    (ROUNDS % "enterprise { key } schemeVersion { version } steps { step comments { row } }", 4),
    (ROUNDS % "clocks { workingDaysLeft } deadlines { term }", 2),
    (ROUNDS % "gates { step isOpen refusals { code clause } }", 2 + GATES),
    (ROUNDS % "applications { totalCount edges { node { status } } }", 3),
    (ROUNDS % "assessors { name person { name } } ties { ground actor { name } applicant { name } }", 5),
    (
        ROUNDS % "committees { draw { seed order { number } } furtherDraws { seed order { number } } "
        "members { follows { number } expert { number } } }",
        5,
    ),
    (ROUNDS % "notices { rows { name targets { name { zh } } } } objections { clock { due } objector { name } }", 5),
    (ROUNDS % "resultFilings { comments { row } rows { application { status } result { number } } }", 5),
    (ROUNDS % "certificates { totalCount edges { node { number } } }", 3),
    (APPLICATIONS % "status warnings targets { name { zh } }", 1),
    ("{ applications { totalCount } }", 2),
    (APPLICATIONS % "person { name } enterprise { key } round { name } schemeVersion { version }", 5),
    (APPLICATIONS % "claims { files { filename size } } marks { isCurrent replaces { points } assessor { name } }", 6),
    (APPLICATIONS % "results { number } ballot { agree } certificates { pair { number } }", 5),
    (APPLICATIONS % "decision { ... on Problem { code } } reviewDecision { ... on Problem { code } }", 3),
    (CERTIFICATES % "number credential { number } holder { name } round { name } application { status }", 5),
    (CERTIFICATES % "pair { number } evaluation { decidedOn } revokedOn", 4),
    ("{ certificates { totalCount } }", 2),
    (EXPERTS % "number person { name } enterprise { key } specialty { code }", 3),
    ("{ experts { totalCount } }", 2),
    ("{ tasks(mine: false, first: 100) { totalCount edges { node { party clocks { due } round { name } } } } }", 3),
    (PEOPLE % "applications { totalCount edges { node { status } } }", 3),
    (ENTERPRISES % "rounds { totalCount edges { node { name } } }", 3),
    (VERSIONS % "rounds { totalCount edges { node { name } } }", 4),
]


@dataclass(frozen=True)
class Around:
    """What a round hangs on: whose it is, under which version and filing, who applies, who acts in it."""

    owner: Enterprise
    version: SchemeVersion
    filing: Filing
    applicant: Person
    acting: Person
    serial: int


def real_document() -> dict[str, Any]:
    """The document of a scheme that can be read, as a version keeps it."""
    document = read_folder(FOLDER)
    return {"document": document.canonical(), "digest": document.digest}


def records(serial: int) -> list[Any]:
    """One enterprise with a scheme on record, two people, and a round in public notice with everything in it."""
    owner = builders.enterprise()
    scheme = builders.scheme(owner, key=f"example_rounds_{serial}")
    version = builders.scheme_version(scheme, **real_document())
    wheel = plugin_rows.wheel_of(owner, scheme, f"{serial:064d}")
    content = plugin_rows.artifact_of(f"artifact of rounds {serial}".encode())
    wheel.artifact_digest = content.digest
    filing = plugin_rows.filing_of(scheme, wheel, version)
    around = Around(owner, version, filing, builders.person(), builders.person(), serial)
    return [
        owner,
        content,
        scheme,
        version,
        wheel,
        plugin_rows.verification_of(wheel),
        filing,
        around.applicant,
        around.acting,
        builders.employment(around.applicant, owner),
        *round_rows(around),
        # The gates of a round that begins look at the audit as well.
        round_of(around, state=RoundState.ANNOUNCED, plan_number=None),
    ]


def round_of(around: Around, **given: Any) -> Round:
    fields: dict[str, Any] = {
        "enterprise_id": around.owner.id,
        "scheme_version_id": around.version.id,
        "filing_id": around.filing.id,
        "zh": f"示例批次{around.serial}",
        "announced_on": DAY,
        "reference_day": DAY,
        "applications_until": DAY,
        "state": RoundState.NOTICED,
        "plan_number": f"示例计划{around.serial}",
        "is_example": True,
    }
    return Round(**fields | given)


def _evidence(application: Application, applicant: Person) -> list[Any]:
    """A claim with a file, which the applicant brought."""
    file = EvidenceFile(
        person_id=applicant.id,
        filename="示例证明.pdf",
        media_type="application/pdf",
        digest=sha256(PAPER),
        size=len(PAPER),
        stored_at=builders.NOON,
    )
    [piece] = sealed(builders.KEYRING, file.id, [PAPER])
    claim = EvidenceClaim(
        application_id=application.id,
        enterprise_id=application.enterprise_id,
        person_id=applicant.id,
        key="improvements",
        amount=1,
        since=DAY,
        files=[file.digest],
    )
    return [file, EvidenceFilePart(file_id=file.id, number=0, key_id=piece.key_id, data=piece.data), claim]


def round_rows(around: Around, **given: Any) -> list[Any]:
    """A round with a row of everything, each after what it refers to; ``given`` are columns of the round."""
    found = round_of(around, **given)
    same = {"round_id": found.id, "enterprise_id": around.owner.id}
    application = builders.application(
        around.applicant, around.owner, around.version, round_id=found.id, decision_digest=DIGEST
    )
    application.review_decision_digest = DIGEST
    of = {"application_id": application.id, **same}
    expert, other = (_expert(around, number, person) for number, person in _pool(around))
    assessor = RoundAssessor(person_id=around.acting.id, name="示例考评员", assigned_on=DAY, **same)
    mark = _mark(of, assessor)
    committee = _committee(same)
    member = _member(committee, expert)
    notice = PublicNotice(number=1, posted_on=DAY, results_digest=DIGEST, **same)
    tally = _tally(of, around.applicant)
    filing = ResultFiling(
        number=1, results_digest=DIGEST, filed_on=DAY, comments=[{"row": "1", "comment": "示例"}], **same
    )
    return [
        found,
        _step(same),
        _deadline(same, Term.NOTICE),
        _deadline(same, Term.RESULTS),
        application,
        *_evidence(application, around.applicant),
        expert,
        other,
        assessor,
        mark,
        _mark(of, assessor, replaces_id=mark.id, points=81),
        committee,
        member,
        _member(committee, other, follows_id=member.id),
        _tie(same, around),
        TitleBallot(application_id=application.id, committee_id=committee.id, enterprise_id=around.owner.id, agree=7),
        tally,
        notice,
        _notice_row(notice, application, tally, around),
        _objection(same, application, around),
        filing,
        ResultRow(filing_id=filing.id, enterprise_id=around.owner.id, application_id=application.id, tally_id=tally.id),
        *_certificates(around, found, application),
    ]


def _pool(around: Around) -> list[tuple[str, Person]]:
    return [(f"E{around.serial}-1", around.acting), (f"E{around.serial}-2", around.applicant)]


def _expert(around: Around, number: str, person: Person) -> Expert:
    title = {"series": "engineering", "specialty": "mechanical", "level": Level.ASSOCIATE_SENIOR}
    given = {"unit": "示例单位", "starts": date(2026, 1, 1), **title}
    return Expert(enterprise_id=around.owner.id, person_id=person.id, number=number, **given)


def _step(same: dict[str, Any]) -> RoundStep:
    return RoundStep(
        number=1,
        step=RoundStepKind.ANNOUNCE,
        state=RoundState.ANNOUNCED,
        actor_role="evaluation-officer",
        actor_name="示例评价经办",
        taken_on=DAY,
        at=NOON,
        reason="示例",
        comments=[{"row": "1", "comment": "示例"}],
        **same,
    )


def _deadline(same: dict[str, Any], term: Term) -> RoundDeadline:
    return RoundDeadline(term=term, number=1, starts=DAY, days=5, due=date(2026, 3, 9), calendar_digest=DIGEST, **same)


def _mark(of: dict[str, Any], assessor: RoundAssessor, **given: Any) -> ScoreEntry:
    fields = {
        "criterion": "work",
        "side": CriterionSide.BOTH,
        "points": 80,
        "weight": 400,
        "at": NOON,
        "reason": "示例",
    }
    whose = {"assessor_id": assessor.id, "assessor_person_id": assessor.person_id}
    return ScoreEntry(**fields | whose | of | given)


def _committee(same: dict[str, Any]) -> Committee:
    return Committee(
        series="engineering",
        specialty="mechanical",
        highest=Level.INTERMEDIATE,
        seats=7,
        seed="seed",
        pool=[{"number": "E1", "outside": True}, {"number": "E2", "outside": False}],
        drawn_on=DAY,
        drawn_at=NOON,
        further_draws=[
            {"seed": "another", "pool": [{"number": "E3", "outside": False}], "drawn_on": DAY.isoformat()},
        ],
        **same,
    )


def _member(committee: Committee, expert: Expert, **given: Any) -> CommitteeMember:
    return CommitteeMember(
        committee_id=committee.id,
        round_id=committee.round_id,
        enterprise_id=committee.enterprise_id,
        expert_id=expert.id,
        person_id=expert.person_id,
        number=expert.number,
        is_outside=False,
        **given,
    )


def _tie(same: dict[str, Any], around: Around) -> TieDeclaration:
    who = {"actor_person_id": around.acting.id, "applicant_person_id": around.applicant.id}
    told = {"declared_by": "示例", "declared_on": DAY, "reason": "示例"}
    return TieDeclaration(ground=Ground.CONFLICT, **who, **told, **same)


def _tally(of: dict[str, Any], applicant: Person) -> Tally:
    digests = dict.fromkeys(
        ("marks_digest", "scheme_digest", "policy_digest", "calendar_digest", "facts_digest", "decision_digest"), DIGEST
    )
    result = {"title_outcome": Outcome.PASSED, "title_total": 80_000, "voters": 7, "agree": 7}
    same = {"number": 1, "decided_on": DAY, "engine_version": "1", "at": NOON, "reason": "示例"}
    return Tally(person_id=applicant.id, **result, **same, **digests, **of)


def _notice_row(notice: PublicNotice, application: Application, tally: Tally, around: Around) -> NoticeRow:
    return NoticeRow(
        notice_id=notice.id,
        round_id=notice.round_id,
        enterprise_id=notice.enterprise_id,
        application_id=application.id,
        tally_id=tally.id,
        name=around.applicant.name,
        series="engineering",
        specialty="mechanical",
        title_level=Level.ASSISTANT,
        title_outcome=Outcome.PASSED,
        corrections=1,
    )


def _objection(same: dict[str, Any], application: Application, around: Around) -> Objection:
    return Objection(
        application_id=application.id,
        objector_person_id=around.applicant.id,
        text="示例异议",
        raised_on=DAY,
        answer_days=5,
        answer_due=date(2026, 3, 9),
        calendar_digest=DIGEST,
        **same,
    )


def _certificates(around: Around, found: Round, application: Application) -> list[Any]:
    """The evaluation, both credentials, and the certificates of 一评双证; the second names the first."""
    evaluation = builders.evaluation(around.applicant, around.owner, around.version, application_id=application.id)
    issued = {"issuer_enterprise_id": around.owner.id, "evaluation_id": evaluation.id}
    skill = builders.credential(around.applicant, **issued)
    title = builders.title(around.applicant, linked_credential_id=skill.id, **issued)
    same = {
        "round_id": found.id,
        "enterprise_id": around.owner.id,
        "application_id": application.id,
        "person_id": around.applicant.id,
        "evaluation_id": evaluation.id,
        "issued_on": DAY,
    }
    first = Certificate(credential_id=skill.id, side=CriterionSide.SKILL, number=skill.number, **same)
    second = Certificate(
        credential_id=title.id, side=CriterionSide.TITLE, number=title.number, pair_id=first.id, **same
    )
    return [evaluation, skill, title, first, second]
