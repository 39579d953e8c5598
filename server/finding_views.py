"""What verification found, for people at a terminal: each finding with its place, its value and its clause."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from plugins.findings import Finding, Severity

WORDS = {Severity.ERROR: "错误 error", Severity.WARNING: "警告 warning", Severity.NOTICE: "提示 notice"}
COUNTED = {
    Severity.ERROR: ("错误", "errors"),
    Severity.WARNING: ("警告", "warnings"),
    Severity.NOTICE: ("提示", "notices"),
}


def finding_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Each finding: weight, code, place and what is wrong in a line; the value, the right one and the clause below."""
    for one in findings:
        yield f"{WORDS[one.severity]} {one.code} [{one.place}] {one.what}"
        told = (
            ("内容 value", one.value),
            ("最接近的正确值 nearest", one.nearest),
            ("反例 counterexample", one.counterexample),
            ("依据 clause", one.clause),
        )
        yield from (f"    {name}: {value}" for name, value in told if value is not None)


def counted(findings: Sequence[Finding]) -> str:
    """How many there are of each severity."""
    times = Counter(one.severity for one in findings)
    zh = "，".join(f"{COUNTED[severity][0]} {times[severity]}" for severity in Severity)
    en = ", ".join(f"{times[severity]} {COUNTED[severity][1]}" for severity in Severity)
    return f"{zh} / {en}"
