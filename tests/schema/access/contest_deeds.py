"""One mutation of contests and the pilot list of each kind on a holding, as somebody with every right could try it.

Of the request of a holding, under its scheme's contest, the title is not decided.
"""

from collections.abc import Callable
from typing import Any

from tests.builders import FITTER
from tests.schema.access.world import Holding
from tests.schema.round_world import document, key

Deed = tuple[str, dict[str, Any]]
SKILL = {"skill": {"occupation": FITTER, "level": "TECHNICIAN"}}
HELD = {"tier": "NATIONAL", "heldOn": "2026-02-01", "basis": "示例公告"}
DECISIONS = 2  # one put each workshop on the list


def _deed(name: str, of: Callable[[Holding], dict[str, Any]]) -> Callable[[Holding], Deed]:
    same = {"key": key(), "reason": "示例理由"}
    return lambda holding: (document(name), {"input": {**same, **of(holding)}})


def _request(**given: Any) -> Callable[[Holding], dict[str, Any]]:
    return lambda holding: {"seen": {"request": holding.ids["ContestRequest"], "revision": 2}, **given}


def _ask(holding: Holding) -> dict[str, Any]:
    return {"award": holding.ids["CompetitionAward"], "enterprise": holding.ids["Enterprise"], "targets": SKILL}


def _results(holding: Holding) -> dict[str, Any]:
    one = {"person": holding.ids["Person"], "occupation": "6-18-02-04", "rank": "GOLD", "awardedOn": "2026-02-01"}
    return {"competition": holding.ids["Competition"], "awards": [one]}


def _coach(holding: Holding) -> dict[str, Any]:
    return {"award": holding.ids["CompetitionAward"], "coach": holding.acting_id, "basis": "示例证明"}


def _change(holding: Holding) -> dict[str, Any]:
    told = {"batch": "示例批次", "basis": "示例公告", "effectiveOn": "2026-06-01"}
    return {"revision": DECISIONS, "leaves": [holding.ids["Enterprise"]], **told}


CONTEST_DEEDS: dict[str, Callable[[Holding], Deed]] = {
    name: _deed(name, of)
    for name, of in {
        "askContest": _ask,
        "changePilotList": _change,
        "decideContest": _request(granted=False),
        "recordAwards": _results,
        "recordCoaching": _coach,
        "recordCompetition": lambda _holding: {"name": "示例新竞赛", **HELD},
        "revokeGrant": lambda holding: {"decision": holding.ids["ContestDecision"]},
        "withdrawContest": _request(),
    }.items()
}
