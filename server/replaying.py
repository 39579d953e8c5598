"""What the command ``guantong replay`` does: an auditor's look at one evaluation, or at what an award led to."""

import json
import sys
from typing import Any

from core.permissions import Actor, Role
from core.replay.comparing import Difference, EvaluationReplay, Part
from core.services.contest_replays import replay_contest
from core.services.replays import replay_evaluation
from core.storage.queries.contests import contest_decisions_by_id
from core.storage.row_scope import RowScope
from core.texts import Text
from plugins.document import scheme_from
from schema.ids import stored_key
from server.settings import Settings
from server.tables import print_table
from server.wiring import open_database

AUDITOR = Actor.of(Role.BUREAU_AUDITOR, "command line")
HEADERS = ("位置 path", "记录 recorded", "重算 recomputed")
NOTHING = "—"
PARTS = {
    Part.RECORD: Text("评价记录", "record"),
    Part.DECISION: Text("资格判定", "decision"),
    Part.SKILL_SCORE: Text("技能评分", "skill score"),
    Part.TITLE_SCORE: Text("职称评分", "title score"),
}


async def replay_and_tell(settings: Settings, id_: str, as_json: bool) -> bool:
    """Replay an evaluation or a decision on an award and print what was found; whether everything is equal."""
    key = stored_key(id_, "Evaluation", "ContestDecision")
    async with open_database(settings) as database:
        await database.require_current()
        async with database.read(RowScope.of(AUDITOR)) as session:
            # An id names only one row, of whatever kind.
            of_award = await contest_decisions_by_id(session, AUDITOR, [key])
            recompute = replay_contest if of_award else replay_evaluation
            found = await recompute(session, AUDITOR, key, scheme_from)
    if as_json:
        sys.stdout.write(f"{json.dumps(_json(found), ensure_ascii=False, indent=2)}\n")
    else:
        _print(found)
    return found.is_equal


def _json(found: EvaluationReplay) -> dict[str, Any]:
    return {
        "equal": found.is_equal,
        "engine": found.engine,
        "running": found.running,
        "parts": [
            {"part": one.part, "equal": one.is_equal, "differences": [_difference(each) for each in one.differences]}
            for one in found.parts
        ],
    }


def _difference(found: Difference) -> dict[str, str | None]:
    return {"path": found.path, "recorded": found.recorded, "recomputed": found.recomputed}


def _print(found: EvaluationReplay) -> None:
    for one in found.parts:
        name = PARTS[one.part]
        told = Text("一致", "equal") if one.is_equal else Text("不一致", "different")
        sys.stdout.write(f"{name.zh}{told.zh} / {name.en} {told.en}\n")
    if found.engine != found.running:
        sys.stdout.write(
            f"当时的引擎为 {found.engine}，重算用 {found.running} / "
            f"decided by {found.engine}, recomputed by {found.running}\n"
        )
    rows = [each for one in found.parts for each in one.differences]
    if rows:
        print_table("不一致之处 Differences", HEADERS, map(_cells, rows))


def _cells(found: Difference) -> tuple[object, ...]:
    return found.path, found.recorded or NOTHING, found.recomputed or NOTHING
