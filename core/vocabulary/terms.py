"""The words for the enumerations of facts: schooling, credentials and how they are obtained, competitions."""

from core.facts import ContestRank, ContestTier, CredentialKind, EducationLevel, ObtainedBy
from core.texts import Text

EDUCATION: dict[EducationLevel, Text] = {
    EducationLevel.JUNIOR_SECONDARY: Text("初中", "junior secondary school"),
    EducationLevel.SENIOR_SECONDARY: Text("高中", "senior secondary school"),
    EducationLevel.SECONDARY_VOCATIONAL: Text("中专（含技工院校中级工班）", "secondary vocational school"),
    EducationLevel.SENIOR_SKILLED_SCHOOL: Text("技工院校高级工班", "technical school, senior worker class"),
    EducationLevel.JUNIOR_COLLEGE: Text("大专", "junior college"),
    EducationLevel.TECHNICIAN_COLLEGE: Text("技工院校预备技师（技师）班", "technician college"),
    EducationLevel.BACHELOR: Text("本科", "bachelor"),
    EducationLevel.MASTER: Text("硕士", "master"),
    EducationLevel.DOCTOR: Text("博士", "doctor"),
}
KINDS: dict[CredentialKind, Text] = {
    CredentialKind.SKILL_CERTIFICATE: Text("职业技能等级", "skill certificate"),
    CredentialKind.VOCATIONAL_QUALIFICATION: Text("职业资格", "vocational qualification"),
    CredentialKind.PROFESSIONAL_TITLE: Text("职称", "professional title"),
    CredentialKind.PROFESSIONAL_QUALIFICATION: Text("专业技术人员职业资格", "professional qualification"),
}
OBTAINED: dict[ObtainedBy, Text] = {
    ObtainedBy.REVIEW: Text("评审", "review by a committee"),
    ObtainedBy.EXAM: Text("考试", "examination"),
    ObtainedBy.RECOGNITION: Text("认定", "recognition without review"),
    ObtainedBy.ASSESSMENT: Text("职业技能等级认定", "assessment of the skill level"),
    ObtainedBy.CONTEST: Text("以赛代评", "contest in place of an evaluation"),
    ObtainedBy.DUAL: Text("一评双证", "one evaluation, two certificates"),
    ObtainedBy.APPOINTMENT: Text("评聘", "evaluation with appointment to a post"),
}
TIERS: dict[ContestTier, Text] = {
    ContestTier.ENTERPRISE: Text("企业竞赛", "enterprise contest"),
    ContestTier.CITY: Text("市级竞赛", "city contest"),
    ContestTier.PROVINCE: Text("省级竞赛", "provincial contest"),
    ContestTier.NATIONAL_SECTOR: Text("国家级行业竞赛", "national sector contest"),
    ContestTier.NATIONAL: Text("全国技能大赛", "national skills contest"),
    ContestTier.WORLD: Text("世界技能大赛", "WorldSkills"),
}
RANKS: dict[ContestRank, Text] = {
    ContestRank.PARTICIPANT: Text("参赛", "participant"),
    ContestRank.EXCELLENCE: Text("优胜奖", "medallion for excellence"),
    ContestRank.BRONZE: Text("铜牌", "bronze"),
    ContestRank.SILVER: Text("银牌", "silver"),
    ContestRank.GOLD: Text("金牌", "gold"),
}
