"""Which cells of a workbook hold days: a day is a number whose format says so (ECMA-376 part 1, 18.8.30)."""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

# Formats that every workbook knows; 27 to 36 and 50 to 58 are those of Chinese, Japanese and Korean days.
BUILT_IN: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
MOST_STYLES: Final = 70_000
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_DAY = re.compile(r"[ydhs]", re.IGNORECASE)
_EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001  a sheet knows no zones


class Styles:
    """Reads ``styles.xml``: ``days`` says of each style of cells whether it shows a day."""

    def __init__(self) -> None:
        self.days: list[bool] = []
        self._custom: dict[int, bool] = {}
        self._within = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "numFmt" and len(self._custom) < MOST_STYLES:
            code = _ASIDE.sub("", attributes.get("formatCode", ""))
            self._custom[_number(attributes.get("numFmtId"))] = bool(_DAY.search(code.replace("General", "")))
        elif name == "cellXfs":
            self._within = True
        elif name == "xf" and self._within and len(self.days) < MOST_STYLES:
            format_id = _number(attributes.get("numFmtId"))
            self.days.append(self._custom.get(format_id, format_id in BUILT_IN))

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "cellXfs":
            self._within = False


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() and len(text) < 10 else -1


def day_of(number: float, from_1904: bool) -> date | datetime | float:
    """The day or moment that a number shows in a cell of days; the number itself when there is no such day."""
    try:
        # To the second: a day in binary has no whole number of them.
        moment = _EPOCHS[from_1904] + timedelta(seconds=round(number * 86_400))
    except OverflowError:
        return number
    return moment.date() if moment.time() == time.min else moment
