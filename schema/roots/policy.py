"""What anyone may ask of the policy."""

from datetime import date
from typing import Annotated

import strawberry

from core.errors import unknown_code
from core.policy.show import PolicyRow, everything
from core.texts import Text
from schema import rights
from schema.context import Info
from schema.fields import argument, computed
from schema.types.policy import PolicyPack, PolicyRoute, PolicyValue

On = Annotated[date | None, argument("The day asked about, from 1990 to 2100; today unless told. 日期")]
Id = Annotated[str | None, argument("Only the value, or the requirements of the route, of this id. 编号")]
Pack = Annotated[str | None, argument("Only what this pack sets. 政策包编号")]


@strawberry.type
class PolicyRoot:
    """Root fields over the policy packs."""

    @computed(
        "Every value of the policy that decides on a day, with clause and confidence. 政策取值",
        requires=rights.POLICY,
        size=150,
    )
    async def policy(self, info: Info, on: On = None, id: Id = None, pack: Pack = None) -> list[PolicyValue]:
        day = info.context.day(on)
        rows = await info.context.in_turn(lambda: everything(info.context.policy.layers, day))
        if id is not None:
            rows = _with_id(rows, id)
        if pack is not None:
            _known_pack(info, pack)
            rows = tuple(row for row in rows if row.pack.id == pack)
        return [PolicyValue.of(row) for row in rows]

    @computed("Every route that the policy opens on a day. 政策通道", requires=rights.POLICY, size=50)
    async def policy_routes(self, info: Info, on: On = None) -> list[PolicyRoute]:
        day = info.context.day(on)
        routes = await info.context.in_turn(lambda: info.context.policy.routes_in_force(day))
        return [PolicyRoute.of(route) for route in routes]

    @computed("The policy packs, broad to specific. 政策包", requires=rights.POLICY, size=3)
    def policy_packs(self, info: Info) -> list[PolicyPack]:
        return [PolicyPack.of(header) for header in info.context.policy.packs]


def _entry(row: PolicyRow) -> str:
    """The id of the entry that a row belongs to: a requirement adds its number to that of its route."""
    return row.id.partition("#")[0]


def _with_id(rows: tuple[PolicyRow, ...], id_: str) -> tuple[PolicyRow, ...]:
    found = tuple(row for row in rows if id_ in (row.id, _entry(row)))
    if not found:
        known = list(dict.fromkeys(map(_entry, rows)))
        raise unknown_code(Text("当日有效的政策取值编号", "id of a policy value in force that day"), id_, known)
    return found


def _known_pack(info: Info, id_: str) -> None:
    known = [header.id for header in info.context.policy.packs]
    if id_ not in known:
        raise unknown_code(Text("政策包编号", "id of a policy pack"), id_, known)
