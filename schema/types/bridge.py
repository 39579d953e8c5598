"""The picture of both ladders as data."""

from datetime import date

import strawberry

from core.eligibility import bridge
from core.eligibility.bridge import NodeState
from core.eligibility.routes import Mode
from core.ladders import Ladder
from core.policy.model import Direction
from schema.fields import listed
from schema.types.citation import Citation
from schema.types.offer import SchemeOffer
from schema.types.target import Target, target_of
from schema.types.text import Text

_CROSSINGS = {
    (Ladder.SKILL, Ladder.TITLE): Direction.SKILL_TO_TITLE,
    (Ladder.TITLE, Ladder.SKILL): Direction.TITLE_TO_SKILL,
    (Ladder.SKILL, Ladder.SKILL): Direction.SKILL_PROMOTION,
    (Ladder.TITLE, Ladder.TITLE): Direction.TITLE_PROMOTION,
}


@strawberry.type(description="One column of the picture: an occupation or a specialty. 立交桥列")
class BridgeLane:
    """A lane."""

    id: str = strawberry.field(description="Id within the picture. 列编号")
    ladder: Ladder = strawberry.field(description="Which ladder. 发展通道")
    name: Text = strawberry.field(description="The occupation or specialty. 职业或专业")
    is_focus: bool = strawberry.field(description="Whether it is one of the two that face each other. 是否焦点列")

    @classmethod
    def of(cls, lane: bridge.Lane) -> "BridgeLane":
        return cls(id=lane.id, ladder=lane.ladder, name=Text.of(lane.name), is_focus=lane.is_focus)


@strawberry.type(description="One rung of one lane, as it stands to the person. 立交桥节点")
class BridgeNode:
    """A rung."""

    id: str = strawberry.field(description="Id within the picture. 节点编号")
    lane: str = strawberry.field(description="Id of its lane. 所在列")
    target: Target = strawberry.field(description="What it stands for. 等级或层级")
    tier: float = strawberry.field(description="Its height. 层高")
    name: Text = strawberry.field(description="Name of the rung. 名称")
    state: NodeState = strawberry.field(description="How it stands to the person. 状态")
    since: date | None = strawberry.field(description="The day it was obtained, or opens. 取得或可申报日期")

    @classmethod
    def of(cls, node: bridge.Node) -> "BridgeNode":
        return cls(
            id=node.id,
            lane=node.lane,
            target=target_of(node.target),
            tier=node.tier,
            name=Text.of(node.name),
            state=node.state,
            since=node.since,
        )


@strawberry.type(description="One way between two rungs. 立交桥连线")
class BridgeEdge:
    """An edge."""

    id: str = strawberry.field(description="Id within the picture. 连线编号")
    source: str = strawberry.field(name="from", description="Id of the rung it starts from. 起点")
    target: str = strawberry.field(name="to", description="Id of the rung it leads to. 终点")
    direction: Direction = strawberry.field(description="Which way it leads. 方向")
    mode: Mode = strawberry.field(description="How the target is come by. 取得方式")
    years: int = strawberry.field(description="Years to serve. 年限")
    due: date | None = strawberry.field(description="First day on which one may apply by it. 可申报日期")
    progress: float = strawberry.field(description="Share of the years served, 0 to 1. 年限进度")
    citation: Citation = strawberry.field(description="The clause. 依据")
    policy_route: str = strawberry.field(description="Id of the route in the policy. 政策通道编号")
    offered_by: SchemeOffer | None = strawberry.field(description="The scheme that offers it, if one does. 适用方案")

    @classmethod
    def of(cls, edge: bridge.Edge, ladders: dict[str, Ladder]) -> "BridgeEdge":
        return cls(
            id=edge.id,
            source=edge.source,
            target=edge.target,
            direction=_CROSSINGS[ladders[edge.source], ladders[edge.target]],
            mode=edge.mode,
            years=edge.years,
            due=edge.due,
            progress=edge.progress,
            citation=Citation.of(edge.citation),
            policy_route=edge.policy_route,
            offered_by=SchemeOffer.maybe(edge.offer),
        )


@strawberry.type(description="Both ladders and the ways between them, for one person on one day. 职业融合立交桥")
class Bridge:
    """The picture."""

    day: date = strawberry.field(description="The day asked about. 截至日期")
    lanes: list[BridgeLane] = listed("Columns, the focus of each ladder first. 列", 3)
    nodes: list[BridgeNode] = listed("Rungs. 节点", 20)
    edges: list[BridgeEdge] = listed("Ways between rungs. 连线", 40)

    @classmethod
    def of(cls, picture: bridge.Bridge) -> "Bridge":
        ladders = {node.id: node.target.ladder for node in picture.nodes}
        return cls(
            day=picture.day,
            lanes=[BridgeLane.of(lane) for lane in picture.lanes],
            nodes=[BridgeNode.of(node) for node in picture.nodes],
            edges=[BridgeEdge.of(edge, ladders) for edge in picture.edges],
        )
