"""What replaying an evaluation found."""

from typing import Annotated

import strawberry

from core.replay import comparing
from core.replay.comparing import Part
from schema.enums import describe
from schema.fields import listed
from schema.types.problem import Problem

describe(
    Part,
    "What is replayed of an evaluation. 重放内容",
    {
        Part.RECORD: "Whether its row agrees with what was kept of it. 评价记录",
        Part.DECISION: "What eligibility said of its targets. 资格判定",
        Part.SKILL_SCORE: "The result for the skill level. 技能评分",
        Part.TITLE_SCORE: "The result for the title. 职称评分",
    },
    name="ReplayedPartKind",
)


@strawberry.type(description="One place where a replay came to something else. 不一致之处")
class ReplayDifference:
    """Both values, as JSON."""

    path: str = strawberry.field(description="Where, as a path into the JSON. 位置")
    recorded: str | None = strawberry.field(description="What is on record, as JSON; none: nothing there. 记录值")
    recomputed: str | None = strawberry.field(description="What came out now, as JSON; none: nothing there. 重算值")

    @classmethod
    def of(cls, found: comparing.Difference) -> "ReplayDifference":
        return cls(path=found.path, recorded=found.recorded, recomputed=found.recomputed)


@strawberry.type(description="What replaying one part found. 单项重放结果")
class ReplayedPart:
    """A part and where it differs."""

    kind: Part = strawberry.field(description="Which part. 重放内容")
    is_equal: bool = strawberry.field(description="Whether it came to the same. 是否一致")
    differences: list[ReplayDifference] = listed("Every difference, by path. 不一致之处", 2)

    @classmethod
    def of(cls, found: comparing.Replayed) -> "ReplayedPart":
        differences = [ReplayDifference.of(one) for one in found.differences]
        return cls(kind=found.part, is_equal=found.is_equal, differences=differences)


@strawberry.type(description="An evaluation recomputed from what it rested on. 重放")
class Replay:
    """A replay with its parts."""

    is_equal: bool = strawberry.field(description="Whether everything came to the same. 是否一致")
    engine: str = strawberry.field(description="Version of the engine that decided then. 当时的引擎版本")
    running_engine: str = strawberry.field(description="Version of the engine that recomputed. 重算的引擎版本")
    parts: list[ReplayedPart] = listed("The parts; a side that was not scored has none. 各项结果", 3)

    @classmethod
    def of(cls, found: comparing.EvaluationReplay) -> "Replay":
        return cls(
            is_equal=found.is_equal,
            engine=found.engine,
            running_engine=found.running,
            parts=[ReplayedPart.of(one) for one in found.parts],
        )


ReplayResult = Annotated[
    Replay | Problem,
    strawberry.union("ReplayResult", description="What a replay found, or why there is none. 重放结果"),
]
