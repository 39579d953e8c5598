"""How much a finding weighs is the policy's to say."""

from datetime import date

import pytest

from core.errors import ErrorCode, GuantongError
from plugins.findings import Severity
from plugins.rules import verify
from tests.plugins.broken import subject


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("SCH111_evidence_never_used", "SCH111", Severity.ERROR),
        ("SCH201_years_below_the_floor", "SCH201", Severity.WARNING),
        ("SCH202_rung_skipped", "SCH202", Severity.ERROR),
    ],
)
def test_a_pack_sets_the_severity_of_a_rule(name: str, code: str, severity: Severity) -> None:
    (one,) = verify(subject(name, packs=["severities.toml"]))
    assert (one.code, one.severity) == (code, severity)


def test_the_severity_is_that_of_the_day_of_verification() -> None:
    (one,) = verify(subject("SCH202_rung_skipped", packs=["severities.toml"], day=date(2027, 1, 1)))
    assert one.severity is Severity.NOTICE


def test_a_notice_stops_nothing() -> None:
    found = verify(subject("SCH202_series_not_open"))
    assert [(one.code, one.severity) for one in found] == [("SCH202", Severity.ERROR), ("SCH206", Severity.NOTICE)]


def test_a_severity_that_does_not_exist_is_the_packs_fault() -> None:
    with pytest.raises(GuantongError) as caught:
        verify(subject("clean_base", packs=["wrong_severity.toml"]))
    assert str(caught.value) == (
        f"{ErrorCode.POLICY_INVALID} [wrong_severity · verification.severity.sch201 · 2026-01-01] "
        "取值 fatal 应为其中之一：error, notice, warning / the value fatal should be one of error, notice, warning"
        "；依据 clause: 《示例校验口径》第一条"
    )
