"""Says in both languages what the packs hold: values, clocks, level groups and requirements."""

from collections.abc import Callable, Sequence

from core.facts import CredentialKind
from core.ladders import Level
from core.policy.model import ClockVersion, LevelGroupVersion, Named, Scalar, ValueForm, ValueVersion
from core.policy.requirements import (
    Relation,
    RequireAge,
    RequireCareer,
    RequireCityYears,
    RequireContest,
    RequireCredential,
    RequireEducation,
    RequireEvidence,
    Requirement,
    RequirePost,
    Work,
)
from core.texts import Text, join
from core.vocabulary import load_vocabulary
from core.vocabulary.terms import EDUCATION, KINDS, RANKS, TIERS

RELATIONS = {
    Relation.SAME: Text("本职业（专业）的", "of the same occupation or specialty"),
    Relation.RELATED: Text("本职业或相关职业的", "of the same or a related occupation"),
    Relation.CORRESPONDING: Text("符合专业对应关系的", "of a corresponding specialty"),
    Relation.ANY: Text("", ""),
}
WORKS = {
    Work.OCCUPATION: Text("从事本职业或相关职业工作", "work in the same or a related occupation"),
    Work.CORRESPONDING: Text("从事相应技术技能工作", "corresponding technical work"),
    Work.SPECIALTY: Text("从事本专业技术工作", "technical work of the specialty"),
    Work.ANY: Text("", "any work"),
}


def value_text(form: ValueForm, version: ValueVersion) -> Text:
    """A value in words, with its unit."""
    given = version.is_
    text = _list_text(form, given) if isinstance(given, list) else _scalar_text(form, given)
    return Text(f"{text.zh}{form.unit[0]}", f"{text.en} {form.unit[1]}") if form.unit else text


def _list_text(form: ValueForm, given: Sequence[Scalar] | Sequence[dict[str, Scalar]]) -> Text:
    parts = [_row_text(one) if isinstance(one, dict) else _scalar_text(form, one) for one in given]
    return join(parts, zh="、", en=", ")


def _row_text(row: dict[str, Scalar]) -> Text:
    """A row of a table: its name in each language, then the rest."""
    rest = " ".join(f"{key}={value}" for key, value in row.items() if key not in ("zh", "en"))
    return Text(f"{row.get('zh', '')} {rest}".strip(), f"{row.get('en', '')} {rest}".strip())


def _scalar_text(form: ValueForm, given: Scalar) -> Text:
    if isinstance(given, bool):
        return Text("是", "yes") if given else Text("否", "no")
    if form.names is Named.LEVEL:
        return level_text(str(given))
    if form.names is Named.SERIES:
        return load_vocabulary().series_of(str(given)).name
    return Text(*form.words.get(str(given), (str(given), str(given))))


def level_text(name: str) -> Text:
    """A level in words, or the name of a level group as it stands."""
    return load_vocabulary().level_text(Level(name)) if name in set(Level) else Text(name, name)


def clock_text(version: ClockVersion) -> Text:
    """How a clock counts."""
    zh = {"award": "取得之日起", "review_year": "评审年度起"}[version.start]
    en = {"award": "from the day of award", "review_year": "from the review year"}[version.start]
    if version.next_year_since is not None:
        zh += f"（{version.next_year_since} 年度及以后自下一年1月1日起）"
        en += f" (from 1 January of the next year since {version.next_year_since})"
    zh += {"day": "，至满年限之日", "review_year_end": "，至申报评审年度12月31日"}[version.end]
    en += {"day": " to the anniversary", "review_year_end": " to 31 December of the review year applied for"}[
        version.end
    ]
    return Text(zh, en)


def group_text(version: LevelGroupVersion) -> Text:
    """What a loosely named level means."""
    source = join([level_text(name) for name in version.as_source], zh="、", en=", ")
    target = level_text(version.as_target)
    return Text(f"作为前提：{source.zh}；作为目标：{target.zh}", f"held: {source.en}; aimed at: {target.en}")


def requirement_text(form: Requirement, name: Callable[[str], Text] = level_text) -> Text:
    """A requirement in words; ``name`` says a level or level group."""
    match form:
        case RequireCredential():
            return _credential_text(form, name)
        case RequireCareer():
            work = WORKS[form.work]
            return Text(f"累计{work.zh}满{form.career_years}年", f"{_years(form.career_years)} in all of {work.en}")
        case RequireAge():
            return Text(f"年满{form.age}周岁", f"aged {form.age} or over")
        case RequireEducation():
            return _education_text(form)
        case RequireContest():
            tiers, rank = (
                join([TIERS[tier] for tier in form.contest_tiers], zh="、", en=" or "),
                RANKS[form.contest_rank],
            )
            return Text(f"{tiers.zh}{rank.zh}以上", f"{rank.en} or above in {tiers.en}")
        case RequireCityYears():
            return _city_text(form)
        case RequirePost():
            return _post_text(form)
        case RequireEvidence():
            return Text(f"{form.zh}（不少于 {form.at_least}）", f"{form.en} (at least {form.at_least})")


def _credential_text(form: RequireCredential, name: Callable[[str], Text]) -> Text:
    level, relation = name(form.held), RELATIONS[form.relation]
    # A title and the two skill certificates go without saying; what else will do is said.
    others = [KINDS[kind] for kind in form.kinds or () if kind is CredentialKind.PROFESSIONAL_QUALIFICATION]
    of_kinds = Text(f"（或{others[0].zh}）", f" (or {others[0].en})") if others else Text("", "")
    zh = f"取得{relation.zh}{level.zh}{of_kinds.zh}"
    en = f"hold {level.en}{of_kinds.en} {relation.en}".rstrip()
    if not form.years:
        return Text(zh, en)
    work = WORKS[form.work]
    return Text(f"{zh}后{work.zh}满{form.years}年", f"{en}, then {_years(form.years)} of {work.en}")


def _education_text(form: RequireEducation) -> Text:
    level = EDUCATION[form.education]
    zh, en = ("（限技工院校）", " (technical schools only)") if form.technical_school else ("", "")
    return Text(f"{level.zh}以上毕业{zh}", f"graduated from {level.en} or above{en}")


def _years(years: int) -> str:
    return "one year" if years == 1 else f"{years} years"


def _city_text(form: RequireCityYears) -> Text:
    if form.after_graduation:
        return Text(
            f"毕业后在本市企业工作满{form.city_years}年", f"{_years(form.city_years)} in the city since graduating"
        )
    return Text(f"在本市企业工作满{form.city_years}年", f"{_years(form.city_years)} in enterprises of the city")


def _post_text(form: RequirePost) -> Text:
    where_zh = ("市（区）属企业" if form.municipal else "") + ("一线" if form.frontline else "")
    where_en = ("municipal " if form.municipal else "") + ("front-line " if form.frontline else "")
    relation = RELATIONS[form.post]
    return Text(f"现在{where_zh}{relation.zh}岗位", f"on a {where_en}post {relation.en}".rstrip())
