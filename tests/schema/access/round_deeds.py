"""One mutation of rounds of each kind on a holding, as somebody with every right could try it.

The round of a holding is in public notice. What cannot be done there is refused by a rule of rounds, and that is an
answer too: whoever may not act there at all hears NOT_PERMITTED or NOT_FOUND before.
"""

from collections.abc import Callable
from typing import Any

from core.services.artifacts import Upload
from tests.schema.access.world import Holding
from tests.schema.round_world import document, key

PDF = Upload(filename="示例证明.pdf", media_type="application/pdf", content=b"%PDF-1.7 example")
Deed = tuple[str, dict[str, Any]]
# Codes of rules that only those meet who may act in the round.
RULES = {
    "AWARD_USED",
    "BAD_ARGUMENT",
    "COMMITTEE_UNFIT",
    "DUPLICATE",
    "NOT_ELIGIBLE",
    "RECUSED",
    "STEP_LATE",
    "STEP_REFUSED",
    "UNKNOWN_CODE",
}
TITLE = {"title": {"series": "engineering", "specialty": "mechanical", "level": "ASSISTANT"}}
PLAIN_STEPS = (
    "acceptResults",
    "cancelRound",
    "closeApplications",
    "concludeRound",
    "endReview",
    "fileResults",
    "issueCertificates",
    "layBeforeCommittee",
    "noticeResults",
    "openApplications",
    "planRound",
    "recountTerms",
    "reportCertificates",
    "reworkResults",
)


def _deed(name: str, of: Callable[[Holding], dict[str, Any]]) -> Callable[[Holding], Deed]:
    same = {"key": key(), **({} if name == "castVote" else {"reason": "示例理由"})}
    return lambda holding: (document(name), {"input": {**same, **of(holding)}})


def _seen(holding: Holding) -> dict[str, Any]:
    return {"seen": {"round": holding.ids["Round"], "revision": 1}}


def _on_round(**given: Any) -> Callable[[Holding], dict[str, Any]]:
    return lambda holding: {**_seen(holding), **given}


def _on(kind: str, name: str, **given: Any) -> Callable[[Holding], dict[str, Any]]:
    return lambda holding: {"seen": {name: holding.ids[kind], "revision": 1}, **given}


def _of(kind: str, name: str, **given: Any) -> Callable[[Holding], dict[str, Any]]:
    return lambda holding: {name: holding.ids[kind], **given}


def _announce(holding: Holding) -> dict[str, Any]:
    days = {"referenceDay": "2026-03-02", "applicationsUntil": "2026-03-13"}
    return {"schemeVersion": holding.ids["SchemeVersion"], "name": "示例批次", **days}


def _expert(holding: Holding) -> dict[str, Any]:
    title = {"series": "engineering", "specialty": "mechanical", "level": "ASSOCIATE_SENIOR"}
    return {
        "who": {"person": holding.ids["Person"]},
        "number": "E9",
        "unit": "示例单位",
        "starts": "2026-01-01",
        **title,
    }


def _tie(holding: Holding) -> dict[str, Any]:
    who = {"actor": holding.acting_id, "applicant": holding.ids["Person"]}
    return {"round": holding.ids["Round"], "ground": "RELATIVE", **who}


def _apply(holding: Holding) -> dict[str, Any]:
    return {"round": holding.ids["Round"], "person": holding.ids["Person"], "targets": TITLE}


def _attend(holding: Holding) -> dict[str, Any]:
    return {**_seen(holding), "committee": holding.ids["CommitteeSitting"], "present": []}


ROUND_DEEDS: dict[str, Callable[[Holding], Deed]] = {
    name: _deed(name, of)
    for name, of in {
        **dict.fromkeys(PLAIN_STEPS, _seen),
        "announceRound": _announce,
        "answerObjection": _on("Objection", "objection", upheld=False, answer="示例答复"),
        "assignAssessor": lambda holding: {**_seen(holding), "who": {"person": holding.ids["Person"]}},
        "assignIssuerCode": _of("Enterprise", "enterprise", recordCode="EX09", certificatePrefix="Y000044000009"),
        "castVote": _of("Application", "application", choice="AGREE"),
        "correctMark": _of("ScoreEntry", "mark", points=82),
        "declareTie": _tie,
        "doOwnStep": _on_round(ownStep="announcement"),
        "drawCommittee": _on_round(series="engineering", highest="INTERMEDIATE", seats=7),
        "extendTerm": _on_round(term="NOTICE", due="2026-06-01"),
        "fileApplication": _apply,
        "uploadEvidence": lambda holding: {"person": holding.ids["Person"], "file": PDF},
        "giveMarks": _of("Application", "application", marks=[{"criterion": "work", "points": 80}]),
        "raiseObjection": _of("Round", "round", text="示例异议"),
        "recordAttendance": _attend,
        "recordExpert": _expert,
        "releaseAssessor": lambda holding: {**_seen(holding), "assessor": holding.ids["RoundAssessor"]},
        "releaseExpert": _on("Expert", "expert", ends="2026-06-01"),
        "replaceMember": lambda holding: {**_seen(holding), "member": holding.ids["CommitteeMember"]},
        "returnResults": _on_round(comments=[{"row": "1", "comment": "示例"}]),
        "reviewApplication": _on("Application", "application", admitted=True),
        "revokeCertificate": _of("Certificate", "certificate"),
        "takeBackApplication": _on("Application", "application"),
    }.items()
}
