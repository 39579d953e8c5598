"""Golden cases: how they are read, what they say when they miss, and what they may not ask of whoever runs them."""

import io
import tomllib
import zipfile
from typing import Any

import pytest
from pydantic import ValidationError

from core.services.verifier import Surroundings
from plugins.artifact import pack, read_artifact
from plugins.case_forms import MOST_CASES, MOST_OF_A_KIND, CasesForm
from plugins.case_reading import CASES
from plugins.document import read_folder
from plugins.rules import verify
from tests.plugins.broken import FOLDER, context, subject_of
from tests.plugins.hostile import wheels as w
from tests.plugins.test_verifier import VERIFIER, around

BASE = FOLDER / "clean_with_cases"
TEXT = (BASE / CASES).read_text("utf-8")


def told(text: str) -> list[str]:
    """What is said of the clean scheme with these cases, codes and English."""
    cases = CasesForm.model_validate(tomllib.loads(text))
    found = verify(subject_of(read_folder(BASE), context("clean_with_cases") | {"cases": cases}))
    return [f"{one.code} {one.what.en}" for one in found]


def changed(before: str, after: str) -> list[str]:
    assert before in TEXT
    return told(TEXT.replace(before, after))


def test_cases_that_hold_say_nothing() -> None:
    assert told(TEXT) == []
    assert told("") == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("total = 57,", "total = 57.5,", "title.total should be 57.5 and is 57"),
        ("total = 69, passes = true", "total = 69, passes = false", "skill.passes should be a fail and is a pass"),
        ("passes = true }", 'passes = true, failed = ["work"] }', "skill.failed should be work and is none"),
        ("passes = true }", "passes = true, bonus = 3 }", "skill.bonus should be 3 and is 0"),
        ("from = 2026-03-10", "from = 2026-03-11", "state should be on_date 2026-03-11 and is on_date 2026-03-10"),
        ('state = "now", mode = "crossing"', 'state = "absent"', "state should be absent and is now"),
        ('mode = "crossing"', 'mode = "contest"', "mode should be contest and is crossing"),
        ("row = 1", "row = 2", "row should be 2 and is 1"),
        ("row = 1", 'blocks = ["fraud_bar"]', "blocks should be fraud_bar and is none"),
    ],
)
def test_a_miss_names_case_field_expected_and_got(before: str, after: str, said: str) -> None:
    (one,) = changed(before, after)
    assert one.startswith("SCH402 case '")
    assert one.endswith(f": {said}")


def test_a_case_of_another_employer_s_worker_is_blocked() -> None:
    first, second = changed("from = 2015-07-01 }]", "from = 2015-07-01, elsewhere = true }]")
    assert first.endswith(": blocks should be none and is not_employed")
    assert second.endswith(": blocks should be none and is not_employed")


def test_conditions_that_lack_are_matched_one_by_one() -> None:
    lacking = TEXT.replace("evidence = { improvements = 1 }\n", "").replace(
        'state = "now", mode = "crossing", row = 1', 'state = "missing", lacks = [%s]'
    )
    lacking = lacking.replace('state = "on_date", from = 2026-03-10', 'state = "missing", lacks = ["工艺改进"]')
    assert told(lacking % '"工艺改进"') == []
    assert told(lacking % '"process improvements"') == []
    for given, expected in (("", "none"), ('"工艺改进", "工艺改进"', "工艺改进, 工艺改进"), ('"论文"', "论文")):
        (one,) = told(lacking % given)
        assert one.endswith(f"lacks should be {expected} and is process improvements at least 1")


def test_cases_are_not_run_while_anything_else_is_wrong() -> None:
    cases = CasesForm.model_validate(tomllib.loads(TEXT.replace("total = 57", "total = 58")))
    at = subject_of(read_folder(BASE), context("clean_with_cases") | {"cases": cases, "on_record": False})
    assert [(one.code, one.severity.value) for one in verify(at)] == [("SCH104", "error"), ("SCH402", "notice")]


@pytest.mark.parametrize(
    "text",
    [
        "[person.old]\nborn = 1899-12-31",
        "[person.late]\nwork = [{ from = 9999-01-01 }]",
        '[[scoring]]\nname = "x"\nwhy = "y"\nevidence = { improvements = -1 }\nexpect = {}',
        '[[scoring]]\nname = "x"\nwhy = "y"\nexpect = { skill = { total = nan, passes = true } }',
        '[[scoring]]\nname = "x"\nwhy = "y"\nexpect = { skill = { total = 101, passes = true } }',
        f"[person.x]\nawards = [{', '.join(['{ tier = 1 }'] * (MOST_OF_A_KIND + 1))}]",
        "".join(f'[[scoring]]\nname = "{n}"\nwhy = "y"\nexpect = {{}}\n' for n in range(MOST_CASES + 1)),
    ],
)
def test_what_a_case_may_hold_is_bounded(text: str) -> None:
    with pytest.raises(ValidationError):
        CasesForm.model_validate(tomllib.loads(text))


def parts() -> dict[str, bytes]:
    return {name: (BASE / name).read_bytes() for name in ("scheme.toml", "catalog.toml", CASES)}


def findings(reading: Any) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.place.file, one.place.entry) for one in reading.findings]


def test_cases_travel_in_a_zip_and_in_a_wheel() -> None:
    for content, name in (
        (pack(parts()), "scheme.zip"),
        (w.wheel({f"{w.PACKAGE}/{path}": data for path, data in parts().items()}), w.NAME),
    ):
        reading = read_artifact(content, name)
        assert reading.artifact is not None, reading.findings
        assert reading.artifact.cases is not None
        assert len(reading.artifact.cases.eligibility) == 2


def test_cases_are_no_part_of_what_a_zip_says() -> None:
    bare = {name: data for name, data in parts().items() if name != CASES}
    assert read_artifact(pack(parts()), "scheme.zip").digest == read_artifact(pack(bare), "scheme.zip").digest


def test_cases_that_do_not_fit_their_form_refuse_the_upload() -> None:
    wrong = parts() | {CASES: b'[[scoring]]\nname = "x"\n[[eligibilty]]\n'}
    reading = read_artifact(pack(wrong), "scheme.zip")
    assert reading.artifact is None
    assert findings(reading) == [
        ("ART017", CASES, "scoring[1].why"),
        ("ART017", CASES, "scoring[1].expect"),
        ("ART017", CASES, "eligibilty"),
    ]
    assert reading.findings[2].nearest == "eligibility"
    with zipfile.ZipFile(io.BytesIO(pack(wrong))) as archive:
        assert CASES in archive.namelist()


@pytest.mark.anyio
async def test_the_verifier_runs_them_at_home_and_at_the_bureau() -> None:
    wrong = parts() | {CASES: TEXT.replace("total = 57", "total = 58").encode()}
    found = VERIFIER.read(pack(wrong), "scheme.zip")
    at_bureau = around()
    at_home = Surroundings.without_records(at_bureau.policy, at_bureau.vocabulary, at_bureau.day)
    for where in (at_bureau, at_home):
        verdict = await VERIFIER.verify(found, where)
        assert not verdict.accepted
        (one,) = [finding for finding in verdict.findings if finding["code"] == "SCH402"]
        assert (one["stage"], one["place"]["file"], one["value"]) == ("behaviour", CASES, "57")
        assert one["what"]["zh"] == "案例“两证同评：技能合格，职称总分不足”：title.total 应为 58，实得 57"
