"""The words of explanations, in Chinese and English. Names of levels come from the vocabulary."""

from collections.abc import Callable
from datetime import date
from typing import Any

from core.conditions import (
    AgeYears,
    Atom,
    Awarded,
    CareerYears,
    CityYears,
    ClockEnd,
    ClockStart,
    CredentialYears,
    Educated,
    EvidenceAtLeast,
    OnPost,
    WorkFilter,
)
from core.dates import Period, days_worked
from core.eligibility.evaluate import Dossier, city_spans, counts_from, fits_post, has_ended, reached
from core.facts import ContestTier, HeldCredential
from core.ladders import Ladder
from core.texts import Text
from core.vocabulary import load_vocabulary
from core.vocabulary.terms import EDUCATION, RANKS, TIERS

Near = frozenset[str]
NOTHING: Near = frozenset()

NOT_HELD = Text("未取得", "not held")
NONE = Text("无", "none")


def listed(codes: frozenset[str] | None, name: Callable[[str], Text], near: Near = NOTHING) -> Text | None:
    """Up to three names, those that concern the person first, and how many more there are."""
    if codes is None:
        return None
    names = [name(code) for code in sorted(codes, key=lambda code: (code not in near, code))]
    more = len(names) - 3
    zh, en = "、".join(n.zh for n in names[:3]), ", ".join(n.en for n in names[:3])
    return Text(zh, en) if more <= 0 else Text(f"{zh}等{len(names)}个", f"{en} and {more} more")


def occupation_name(code: str) -> Text:
    known = load_vocabulary().occupations.get(code)
    return known.name if known else Text(code, code)


def specialty_name(series: str, code: str) -> Text:
    known = load_vocabulary().specialties.get((series, code))
    return known.name if known else Text(code, code)


def counted(spans: list[Period], day: date, days_per_year: int) -> Text:
    """Work until ``day``: unbroken by the calendar, as its anniversary falls; broken as its days add up."""
    begun = [span for span in spans if span.start < day]
    if len(begun) == 1:
        return until_day(begun[0].start, min(begun[0].end, day))
    return length(days_worked(spans, day), days_per_year)


def length(days: int, days_per_year: int) -> Text:
    """A length of work in years and days."""
    years, rest = divmod(days, days_per_year)
    zh = (f"{years}年" if years else "") + (f"{rest}天" if rest or not years else "")
    parts = [f"{years} y"] if years else []
    return Text(zh, " ".join([*parts, f"{rest} d"] if rest or not years else parts))


def until_day(day: date, due: date) -> Text:
    """The time from ``day`` to ``due`` in calendar years, months and days."""
    months = (due.year - day.year) * 12 + due.month - day.month - (due.day < day.day)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    rest = (due - _clamped(year, month + 1, day.day)).days
    years, months = divmod(months, 12)
    zh = "".join(f"{n}{u}" for n, u in ((years, "年"), (months, "个月"), (rest, "天")) if n) or "0天"
    return Text(zh, " ".join(f"{n} {u}" for n, u in ((years, "y"), (months, "mo"), (rest, "d")) if n) or "0 d")


def _clamped(year: int, month: int, day: int) -> date:
    for last in (day, 30, 29, 28):
        try:
            return date(year, month, min(day, last))
        except ValueError:
            continue
    raise AssertionError(year, month, day)


def work_words(work: WorkFilter) -> Text:
    if work.is_any:
        return Text("工作", "work")
    if work.specialties is None:
        return Text("本职业或相关职业工作", "work in the occupation or a related one")
    if work.of_specialty:
        return Text("本专业技术工作", "technical work in the specialty")
    return Text("相应技术技能工作", "corresponding technical or skilled work")


def need_of(atom: Atom, near: Near = NOTHING) -> Text:
    """What a condition asks for; ``near`` are the occupations that the person has to do with."""
    return _NEED[type(atom)](atom, near)


def _need_credential(need: CredentialYears, near: Near) -> Text:
    level = load_vocabulary().level_text(need.least)
    scope = _scope(need, near)
    zh, en = f"取得{level.zh}及以上{scope.zh}", f"hold {level.en} or above{scope.en}"
    if need.years == 0:
        return Text(zh, en)
    if need.work.is_any:
        return Text(f"{zh}满{need.years}年", f"{en} for {need.years} y")
    work = work_words(need.work)
    clock = (
        Text("（评审年度起算）", " (by review year)") if need.clock.start is ClockStart.REVIEW_YEAR else Text("", "")
    )
    return Text(f"{zh}后，从事{work.zh}满{need.years}年{clock.zh}", f"{en}, then {need.years} y of {work.en}{clock.en}")


def _scope(need: CredentialYears, near: Near) -> Text:
    if need.least.ladder is Ladder.SKILL:
        names = listed(need.occupations, occupation_name, near)
    else:
        pairs = need.specialties
        by_code = {code: series for series, code in pairs} if pairs is not None else None
        names = listed(frozenset(by_code), lambda c: specialty_name(by_code[c], c)) if by_code is not None else None
    return Text(f"（{names.zh}）", f" ({names.en})") if names else Text("", "")


def _need_career(need: CareerYears, _near: Near) -> Text:
    work = work_words(need.work)
    return Text(f"累计从事{work.zh}满{need.years}年", f"{need.years} y of {work.en} in all")


def _need_age(need: AgeYears, _near: Near) -> Text:
    return Text(f"年满{need.years}周岁", f"be {need.years} or older")


def _need_schooling(need: Educated, _near: Near) -> Text:
    name = EDUCATION[need.least]
    field = Text("", "") if need.occupations is None else Text("本专业或相关专业", " in the field or a related one")
    return Text(f"{field.zh}{name.zh}及以上毕业", f"{name.en} or above{field.en}")


def _need_award(need: Awarded, _near: Near) -> Text:
    tiers = [TIERS[t] for t in ContestTier if t in need.tiers]
    rank = RANKS[need.rank]
    return Text(
        f"{'、'.join(t.zh for t in tiers)}{rank.zh}以上", f"{rank.en} or better at {' or '.join(t.en for t in tiers)}"
    )


def _need_city_years(need: CityYears, _near: Near) -> Text:
    if need.after_graduation:
        return Text(f"毕业后在本市企业工作满{need.years}年", f"{need.years} y in city enterprises after graduating")
    return Text(f"具有本市企业满{need.years}年及以上工作经历", f"{need.years} y of work in city enterprises")


def _need_post(need: OnPost, near: Near) -> Text:
    names = listed(need.occupations, occupation_name, near)
    zh = ("市（区）属企业" if need.municipal else "") + ("一线" if need.frontline else "") + "在岗"
    en = (
        "be on a"
        + (" front-line" if need.frontline else "")
        + " post"
        + (" of a municipal enterprise" if need.municipal else "")
    )
    return Text(f"{zh}（{names.zh}）", f"{en} ({names.en})") if names else Text(zh, en)


def _need_evidence(need: EvidenceAtLeast, _near: Near) -> Text:
    return Text(f"{need.label_zh}不少于{need.amount}", f"{need.label_en} at least {need.amount}")


_NEED: dict[type[Atom], Callable[[Any, Near], Text]] = {
    CredentialYears: _need_credential,
    CareerYears: _need_career,
    AgeYears: _need_age,
    Educated: _need_schooling,
    Awarded: _need_award,
    CityYears: _need_city_years,
    OnPost: _need_post,
    EvidenceAtLeast: _need_evidence,
}


def have_credential(need: CredentialYears, held: HeldCredential, dossier: Dossier, day: date) -> Text:
    """The credential a condition rests on, and the work since."""
    level = load_vocabulary().level_text(held.level)
    zh, en = f"{held.awarded_on} 取得{level.zh}", f"{level.en} since {held.awarded_on}"
    if held.review_year is not None:
        zh, en = f"{zh}（评审年度 {held.review_year}）", f"{en} (review year {held.review_year})"
    if has_ended(held, day):
        zh, en = f"{zh}，{held.ends_on} 起失效", f"{en}, no longer valid from {held.ends_on}"
    if need.years == 0:
        return Text(zh, en)
    span = counted(dossier.spans_after(need, counts_from(need.clock, held)), day, need.clock.days_per_year)
    full = reached(need, held, dossier)
    zh, en = f"{zh}，已计{span.zh}", f"{en}, {span.en} counted"
    if full and full.fulfilled_on > full.may_apply_from:
        zh, en = f"{zh}，计至 {full.fulfilled_on} 满{need.years}年", f"{en}, {need.years} y full on {full.fulfilled_on}"
    return Text(zh, en)


def have_career(need: CareerYears, dossier: Dossier, day: date) -> Text:
    span = counted(dossier.spans(need.work), day, need.days_per_year)
    return Text(f"已计{span.zh}", f"{span.en} counted")


def have_age(need: AgeYears, dossier: Dossier, day: date) -> Text:
    born = dossier.facts.born_on
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return Text(f"{age}周岁", f"{age} years old")


def have_schooling(need: Educated, dossier: Dossier, day: date) -> Text:
    done = [s for s in dossier.facts.schooling if s.graduated_on <= day]
    if not done:
        return NONE
    names = [EDUCATION[s.level] for s in done]
    return Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))


def have_award(need: Awarded, dossier: Dossier, day: date) -> Text:
    awards = [a for a in dossier.facts.awards if a.awarded_on <= day]
    if not awards:
        return NONE
    shown = [(TIERS[a.tier], RANKS[a.rank]) for a in awards]
    return Text("、".join(t.zh + r.zh for t, r in shown), ", ".join(f"{r.en} at {t.en}" for t, r in shown))


def have_city_years(need: CityYears, dossier: Dossier, day: date) -> Text:
    span = counted(city_spans(need, dossier.facts), day, need.days_per_year)
    return Text(f"已计{span.zh}", f"{span.en} counted")


def have_post(need: OnPost, dossier: Dossier, day: date) -> Text:
    current = [s for s in dossier.facts.work if day in s.period]
    if not current:
        return Text("目前无在岗记录", "no present employment on record")
    fitting = [s for s in current if fits_post(need, s)]
    names = [occupation_name(s.occupation) for s in (fitting or current) if s.occupation]
    return Text(
        "、".join(n.zh for n in names) or "未登记职业", ", ".join(n.en for n in names) or "no occupation recorded"
    )


def have_evidence(need: EvidenceAtLeast, dossier: Dossier, day: date) -> Text:
    evidence = dossier.facts.evidence
    total = need.counted({key: sum(i.amount for i in evidence.get(key, ()) if i.since <= day) for key in need.keys})
    return Text(str(total), str(total))


def gap_of(atom: Atom, due: date | None, day: date, has_origin: bool, near: Near = NOTHING) -> Text:
    """What is still to come or to do."""
    if due:
        rest = until_day(day, due)
        if isinstance(atom, CredentialYears) and atom.clock.end is ClockEnd.REVIEW_YEAR_END:
            return Text(f"还差{rest.zh}，{due} 起可申报", f"{rest.en} to go, one may apply from {due}")
        return Text(f"还差{rest.zh}，{due} 满足", f"{rest.en} to go, met on {due}")
    if isinstance(atom, CredentialYears) and not has_origin:
        need = load_vocabulary().level_text(atom.least)
        return Text(f"需先取得{need.zh}", f"first obtain {need.en}")
    if isinstance(atom, CredentialYears | CareerYears | CityYears):
        return Text(
            "在岗工作记录不足，且无继续工作的岗位",
            "too little work on record, and no present post that would add to it",
        )
    need = need_of(atom, near)
    return Text(f"需具备：{need.zh}", f"needed: {need.en}")


def of_many(is_any: bool, is_met: bool, due: date | None) -> tuple[Text, Text, Text | None]:
    """Need, have and gap of several conditions, of which one or all are asked for."""
    if is_any:
        need, met = Text("以下条件之一", "one of these"), Text("已满足其一", "one is met")
        unmet, open_ = Text("均未满足", "none is met"), Text("需满足其一", "one of them is needed")
        dated = Text(f"最早 {due} 满足其一", f"one is met on {due} at the earliest")
    else:
        need, met = Text("以下全部条件", "all of these"), Text("均已满足", "all are met")
        unmet, open_ = Text("尚未全部满足", "not all are met"), Text("需全部满足", "all of them are needed")
        dated = Text(f"最早 {due} 全部满足", f"all are met on {due} at the earliest")
    return need, met if is_met else unmet, None if is_met else dated if due else open_
