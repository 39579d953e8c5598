"""One's own marks (评分): an assessor's sheet for the applications that they mark, by the rules of marking.

Marks are independent, and only whoever gives one may put it on record; so nobody imports the sheet of somebody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from core.errors import ErrorCode, GuantongError, Where
from core.files.cells import is_nothing, plain, text_of, whole_number
from core.importing.form import Column, ListForm
from core.importing.readers import refuse, shown, words
from core.importing.rows import ReadRow
from core.models import Job, ScoreEntry
from core.scoring import FULL
from core.services.call import Call
from core.services.imports.outside import Outside
from core.services.marking import marks_given
from core.services.marking_desk import Case, MarkingDesk
from core.texts import Text
from core.vocabulary import Vocabulary


def points(value: object, _vocabulary: Vocabulary) -> int | None:
    """Whole points from 0 to 100, with or without 分."""
    if is_nothing(value):
        return None
    text = plain(text_of(value)).removesuffix("分")
    found = 0 if text in ("0", "零") else whole_number(text)
    if found is None or not 0 <= found <= FULL:
        raise refuse(
            ErrorCode.BAD_ARGUMENT,
            f"“{shown(value)}”应为 0 至 {FULL} 的整数",
            f"'{shown(value)}' should be a whole number from 0 to {FULL}",
        )
    return found


FORM: Final = ListForm(
    columns=(
        Column("application", Text("申报标识", "application"), words(300), ("申报", "申报编号"), required=True),
        Column("criterion", Text("评价要素", "criterion"), words(60), ("评价标准", "要素"), required=True),
        Column("points", Text("得分", "points"), points, ("分数", "评分"), required=True),
    ),
    key=("application", "criterion"),
)


@dataclass
class Scores:
    """Some rows of a sheet, with the cases that they are about."""

    call: Call
    outside: Outside
    desk: MarkingDesk
    cases: dict[UUID, Case] = field(default_factory=dict)
    given: dict[UUID, list[ScoreEntry]] = field(default_factory=dict)

    async def judge(self, row: ReadRow) -> bool:
        """Whether the mark is on record. Raises GuantongError for what giving it would refuse."""
        case = await self._case(row)
        key = _key(case, row.values["criterion"])
        if case.marked.get(case.known(key).key) == row.values["points"]:
            return True
        case.to_mark(key)
        return False

    async def apply(self, row: ReadRow, reason: str) -> None:
        """Have the mark written."""
        case = await self._case(row)
        key = _key(case, row.values["criterion"])
        entry = case.mark(self.call, key, row.values["points"], reason)
        self.given.setdefault(case.row.id, []).append(entry)

    async def finish(self) -> None:
        """Write what was applied, with an event an application."""
        await self.call.store(*(entry for entries in self.given.values() for entry in entries))
        told = [marks_given(self.cases[id_], entries, entries[0].reason) for id_, entries in self.given.items()]
        if told:
            await self.call.note_all(told)

    async def _case(self, row: ReadRow) -> Case:
        try:
            id_ = self.outside.key(row.values["application"], "Application")
            if id_ not in self.cases:
                self.cases[id_] = await self.desk.case(id_)
        except GuantongError as fault:
            raise GuantongError(
                fault.code, fault.message, where=Where(entry="application"), nearest=fault.nearest, clause=fault.clause
            ) from None
        return self.cases[id_]


def _key(case: Case, text: str) -> str:
    """A criterion by its key, or by its name."""
    named = {plain(one.name.zh): key for key, one in case.criteria.items()}
    return text if text in case.criteria else named.get(plain(text), text)


async def look(call: Call, _job: Job, _rows: Sequence[ReadRow], outside: Outside) -> Scores:
    """The rows with a desk to mark at."""
    return Scores(call, outside, MarkingDesk(call, outside.read))
