"""Routes and parts of credentials in words, for error texts."""

from core.facts import ObtainedBy
from core.texts import Text

ROUTES = {
    ObtainedBy.REVIEW: Text("评审", "review"),
    ObtainedBy.EXAM: Text("考试", "examination"),
    ObtainedBy.RECOGNITION: Text("认定", "recognition"),
    ObtainedBy.ASSESSMENT: Text("技能等级认定", "skill assessment"),
    ObtainedBy.CONTEST: Text("以赛代评", "contest"),
    ObtainedBy.DUAL: Text("一评双证", "one evaluation for two certificates"),
    ObtainedBy.APPOINTMENT: Text("评聘", "appointment"),
}
FIELDS = {
    "occupation": Text("职业", "occupation"),
    "trade": Text("工种", "trade"),
    "series": Text("职称系列", "title series"),
    "specialty": Text("职称专业", "specialty"),
    "title_name": Text("职称名称", "title name"),
    "review_year": Text("评审年度", "review year"),
    "appointed_post": Text("聘任岗位", "post of appointment"),
    "appointed_on": Text("聘任日期", "day of appointment"),
}
