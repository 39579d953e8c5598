"""A change of the pilot list (试点名单调整): a file is one announced change, decided as a whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlmodel import col, select

from core.errors import ErrorCode, GuantongError, Where
from core.files.cells import is_nothing, plain, text_of
from core.identifiers import parse_uscc
from core.importing.form import Column, ListForm
from core.importing.readers import a_day, choice, words
from core.importing.rows import ReadRow
from core.models import Enterprise, Job, PilotDecision, PilotListing
from core.services.call import Call
from core.services.imports.outside import Outside
from core.services.pilot import (
    LIST,
    Joining,
    ListChange,
    NewListing,
    change_pilot_list,
    check_joining,
    decisions_on_list,
    listing_until,
)
from core.storage.locks import hold
from core.texts import Text
from core.vocabulary import Vocabulary

# Rows of one file: an announcement names a few dozen enterprises.
MOST: Final = 1000
JOINS, LEAVES = "joins", "leaves"
CHANGE: Final = Text("变动", "change")
_CHANGES: Final = {"列入": JOINS, "新增": JOINS, "join": JOINS, "移出": LEAVES, "退出": LEAVES, "leave": LEAVES}
# What one announcement says once, and its file in every row.
SAME: Final = {"batch": "批次", "basis": "依据", "effective_on": "生效日期"}


def credit_code(value: object, _vocabulary: Vocabulary) -> str | None:
    """A unified social credit code (统一社会信用代码), its check digit with it."""
    return None if is_nothing(value) else parse_uscc(plain(text_of(value)).upper())


FORM: Final = ListForm(
    columns=(
        Column("uscc", Text("统一社会信用代码", "credit code"), credit_code, ("信用代码",), required=True),
        Column("name", Text("企业名称", "enterprise"), words(200), ("单位名称", "企业")),
        Column("change", CHANGE, choice(CHANGE, _CHANGES), ("变动类型", "调整类型"), required=True),
        Column("batch", Text("批次", "batch"), words(60), required=True),
        Column("basis", Text("依据", "basis"), words(300), ("文号", "公布文件"), required=True),
        Column("effective_on", Text("生效日期", "first day"), a_day, ("公布日期", "列入日期"), required=True),
        Column("priority_industry", Text("重点产业", "priority industry"), words(100)),
        Column("ends", Text("期满日期", "end date"), a_day, ("移出日期", "试点期满")),
    ),
    key=("uscc",),
)


@dataclass
class PilotChange:
    """The rows of a change, with the enterprises that they name and what of it is decided already.

    ``said`` is what the first row says of the announcement.
    """

    call: Call
    job: Job
    enterprises: Mapping[str, Enterprise]
    decided: set[tuple[Any, ...]]
    said: Mapping[str, Any] = field(default_factory=dict)
    joins: dict[UUID, Joining] = field(default_factory=dict)
    leaves: dict[UUID, None] = field(default_factory=dict)

    async def judge(self, row: ReadRow) -> bool:
        """Whether it is decided already. Raises GuantongError for what the decision would be refused for."""
        values = row.values
        self._one_announcement(values)
        enterprise = self._named(values)
        self._same_name(values.get("name"), enterprise)
        if (
            self._mark(values, enterprise) in self.decided
            or enterprise.id in self.joins
            or enterprise.id in self.leaves
        ):
            return True
        if values["change"] == JOINS:
            await check_joining(self.call, self._listing(values, enterprise))
        else:
            self._bare(values)
            await listing_until(self.call, enterprise, values["effective_on"])
        return False

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Have the enterprise join or leave, by the decision on all of them."""
        enterprise = self._named(row.values)
        if row.values["change"] == JOINS:
            kept = {name: row.values.get(name) for name in ("priority_industry", "ends")}
            self.joins[enterprise.id] = Joining(enterprise_id=enterprise.id, **kept)
        else:
            self.leaves[enterprise.id] = None

    async def finish(self) -> None:
        """Decide."""
        if not self.joins and not self.leaves:
            return
        change = ListChange(
            key=f"job-{self.job.id}",
            revision=await decisions_on_list(self.call),
            joins=tuple(self.joins.values()),
            leaves=tuple(self.leaves),
            **self.said,
        )
        await change_pilot_list(self.call, change, self.job.reason)

    def _one_announcement(self, values: Mapping[str, Any]) -> None:
        said = {name: values[name] for name in SAME}
        self.said = self.said or said
        for name, zh in SAME.items():
            if said[name] != self.said[name]:
                raise _refused(
                    name,
                    f"一份文件只载一次名单调整：“{zh}”须与首行“{self.said[name]}”相同；其他调整请另用文件",
                    f"a file is one announced change: '{FORM.column(name).header.en}' has to be '{self.said[name]}' as "
                    "in its first row; use another file for another change",
                )

    def _named(self, values: Mapping[str, Any]) -> Enterprise:
        found = self.enterprises.get(values["uscc"])
        if found is None:
            raise GuantongError(
                ErrorCode.NOT_FOUND,
                Text(
                    "此统一社会信用代码的企业尚未登记；请先登记企业",
                    "no enterprise is on record under this credit code; record it first",
                ),
                where=Where(entry="uscc"),
            )
        return found

    def _same_name(self, name: str | None, enterprise: Enterprise) -> None:
        if name is not None and plain(name) != plain(enterprise.zh):
            raise _refused(
                "name",
                f"此信用代码登记的企业是“{enterprise.zh}”；请核对代码与名称",
                f"this is the credit code of '{enterprise.zh}'; check code and name",
            )

    def _bare(self, values: Mapping[str, Any]) -> None:
        for name in ("priority_industry", "ends"):
            if values.get(name) is not None:
                zh, en = FORM.column(name).header
                raise _refused(
                    name, f"移出的企业没有“{zh}”；请清空", f"an enterprise that leaves has no {en}; clear it"
                )

    def _listing(self, values: Mapping[str, Any], enterprise: Enterprise) -> NewListing:
        return NewListing(
            enterprise_id=enterprise.id,
            batch=values["batch"],
            basis=values["basis"],
            priority_industry=values.get("priority_industry"),
            starts=values["effective_on"],
            ends=values.get("ends"),
        )

    def _mark(self, values: Mapping[str, Any], enterprise: Enterprise) -> tuple[Any, ...]:
        return enterprise.id, values["change"], *(values[name] for name in SAME)


def _refused(entry: str, zh: str, en: str) -> GuantongError:
    return GuantongError(ErrorCode.BAD_ARGUMENT, Text(zh, en), where=Where(entry=entry))


async def look(call: Call, job: Job, rows: Sequence[ReadRow], _outside: Outside) -> PilotChange:
    """The rows with the enterprises that they name."""
    # What is judged stays so until it is decided.
    await hold(call.session, LIST)
    codes = {row.values["uscc"] for row in rows}
    named = (await call.session.exec(select(Enterprise).where(col(Enterprise.uscc).in_(codes)))).all()
    ids = [one.id for one in named]
    decided: set[tuple[Any, ...]] = set()
    for which, column in ((JOINS, PilotListing.decision_id), (LEAVES, PilotListing.ended_decision_id)):
        query = select(PilotListing.enterprise_id, PilotDecision).join(
            PilotDecision, col(PilotDecision.id) == col(column)
        )
        for id_, one in await call.session.exec(query.where(col(PilotListing.enterprise_id).in_(ids))):
            decided.add((id_, which, one.batch, one.basis, one.effective_on))
    return PilotChange(call, job, {one.uscc: one for one in named}, decided)
