"""What the command ``guantong replay`` does: an auditor's look at one evaluation."""

import json
import sys
from typing import Any

from core.permissions import Actor, Role
from core.replay.comparing import Difference, EvaluationReplay, Part
from core.services.replays import replay_evaluation
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


async def replay_and_tell(settings: Settings, evaluation: str, as_json: bool) -> bool:
    """Replay an evaluation and print what was found; whether everything is equal."""
    key = stored_key(evaluation, "Evaluation")
    async with open_database(settings) as database:
        await database.require_current()
        async with database.read(RowScope.of(AUDITOR)) as session:
            found = await replay_evaluation(session, AUDITOR, key, scheme_from)
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
