"""The words for the enumerations of schemes: evidence, criteria, facts, certificates, links and preferences."""

from core.schemes import (
    CriterionKind,
    CriterionSide,
    EvidenceKind,
    FactType,
    LinkKind,
    PreferenceMatter,
    PreferredPerson,
)
from core.texts import Text

EVIDENCE_KINDS: dict[EvidenceKind, Text] = {
    EvidenceKind.PERFORMANCE: Text("工作业绩", "work performance"),
    EvidenceKind.CONTRIBUTION: Text("技术技能贡献", "technical and skill contribution"),
    EvidenceKind.TENURE: Text("岗位年限", "time on a post"),
    EvidenceKind.AWARD: Text("奖项", "award, one of the four-only items"),
    EvidenceKind.PAPER: Text("论文", "papers, one of the four-only items"),
    EvidenceKind.DEGREE: Text("学历", "degree, one of the four-only items"),
    EvidenceKind.SENIORITY: Text("资历", "seniority, one of the four-only items"),
    EvidenceKind.FOREIGN_LANGUAGE: Text("外语", "foreign language"),
    EvidenceKind.COMPUTER_TEST: Text("计算机应用能力", "computer test"),
    EvidenceKind.OTHER: Text("其他", "other"),
}
CRITERION_KINDS: dict[CriterionKind, Text] = {
    CriterionKind.PERFORMANCE: Text("工作业绩", "work performance"),
    CriterionKind.CONTRIBUTION: Text("技术技能贡献", "technical and skill contribution"),
    CriterionKind.ETHICS: Text("职业道德", "professional ethics"),
    CriterionKind.THEORY: Text("理论知识", "theory"),
    CriterionKind.PRACTICAL: Text("技能操作", "practical skill"),
    CriterionKind.DEFENCE: Text("答辩", "defence before the committee"),
    CriterionKind.TEACHING: Text("带徒传技", "teaching apprentices"),
    CriterionKind.AWARD: Text("奖项", "awards, one of the four-only items"),
    CriterionKind.PAPER: Text("论文", "papers, one of the four-only items"),
    CriterionKind.DEGREE: Text("学历", "degree, one of the four-only items"),
    CriterionKind.SENIORITY: Text("资历", "seniority, one of the four-only items"),
    CriterionKind.OTHER: Text("其他", "other"),
}
FACT_TYPES: dict[FactType, Text] = {
    FactType.INTEGER: Text("整数", "a whole number"),
    FactType.TEXT: Text("文本", "text"),
    FactType.BOOLEAN: Text("是否", "yes or no"),
    FactType.DATE: Text("日期", "a day"),
}
SIDES: dict[CriterionSide, Text] = {
    CriterionSide.SKILL: Text("职业技能等级", "the skill certificate"),
    CriterionSide.TITLE: Text("职称", "the title"),
    CriterionSide.BOTH: Text("两证共用", "both, scored once"),
}
LINK_KINDS: dict[LinkKind, Text] = {
    LinkKind.TRAINING: Text("培养", "training"),
    LinkKind.USE: Text("使用", "use on posts"),
    LinkKind.TREATMENT: Text("待遇", "treatment, such as pay and allowances"),
}
PREFERRED: dict[PreferredPerson, Text] = {
    PreferredPerson.WINNER: Text("获奖选手", "winners of contests"),
    PreferredPerson.COACH: Text("技术指导专家", "their coaches"),
}
MATTERS: dict[PreferenceMatter, Text] = {
    PreferenceMatter.PROMOTION: Text("职称晋升", "promotion to a title"),
    PreferenceMatter.TREATMENT: Text("落实待遇", "treatment"),
}
