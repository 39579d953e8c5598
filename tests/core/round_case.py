"""The days, the criteria and the targets of the example shipyard's rounds."""

from datetime import date

from core.ladders import Level
from tests import builders as make

SINCE, FIRST_DAY, REFERENCE_DAY = date(2026, 1, 5), date(2026, 3, 2), date(2026, 3, 2)
LAST_DAY = date(2026, 3, 13)
# 500 thousandths are shared, 500 are each certificate's own; improvements are scored by a table.
CRITERIA = (
    {"key": "craft", "side": "both", "weight": 500},
    {"key": "hands_on", "side": "skill", "weight": 500},
    {"key": "defence", "side": "title", "weight": 300},
    {"key": "improving", "side": "title", "weight": 200, "evidence": "improvements"},
)
TITLE = {"series": "engineering", "specialty": "mechanical", "title_level": Level.ASSISTANT}
BOTH = {
    "occupation": make.FITTER,
    "skill_level": Level.TECHNICIAN,
    "series": "engineering",
    "specialty": "mechanical",
    "title_level": Level.INTERMEDIATE,
}
