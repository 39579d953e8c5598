"""What some rules need besides the scheme and the policy, and what is said where it is not at hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from core.texts import Text
from plugins.case_reading import CASES
from plugins.findings import Finding, Severity
from plugins.rules.subject import Fault, Subject


@dataclass(frozen=True, slots=True)
class Need:
    """A precondition of a rule, by the subject and what was found so far.

    ``unchecked`` is told in place of the rule's own findings where it is not met.
    """

    name: str
    is_met: Callable[[Subject, Sequence[Finding]], bool]
    unchecked: Fault


def _of_records(zh: str, en: str, entry: str) -> Need:
    what = Text(
        f"此处未核：{zh}；须查主管部门的记录，登记时核对",
        f"not checked here: {en}; it takes the bureau's records, and registration checks it",
    )
    return Need("the bureau's records", lambda subject, _: subject.has_records, Fault(what, entry=entry))


OTHERS_KEYS: Final = _of_records(
    "方案标识是否已由他人使用", "whether somebody else's scheme has the key already", "scheme.key"
)
PILOT_LIST: Final = _of_records(
    "企业在方案有效期内是否始终在试点名单",
    "whether the enterprise is on the pilot list on every day of the scheme",
    "scheme.enterprise",
)
OWN_AUTHORITIES: Final = _of_records(
    "企业的职称自主评审权与等级认定资质是否涵盖目录各行",
    "whether the enterprise's two authorities cover every row",
    "scheme.enterprise",
)

PUBLISHED_TYPES: Final = _of_records(
    "扩展事实的类型是否与此前版本已公布的一致",
    "whether its facts are of the types that earlier versions have published",
    "fact",
)
PUBLISHED_FACTS: Final = _of_records(
    "此前版本已公布的扩展事实是否仍有声明",
    "whether it declares every fact that earlier versions have published",
    "fact",
)


def _has_no_error(subject: Subject, found: Sequence[Finding]) -> bool:
    if subject.cases is None:
        return True
    return subject.behaviour.is_known and all(one.severity is not Severity.ERROR for one in found)


JAIL: Final = Need(
    "a jail",
    lambda subject, _: subject.behaviour.unchecked is None,
    Fault(
        Text(
            "此处未核：方案自带的 Python（制表评分、计算事实）；本机没有可用的隔离环境，登记时核对，案例也未运行",
            "not checked here: the scheme's own Python (tabulated scorers, computed facts); this host has no jail that "
            "holds, registration checks it, and the cases were not run",
        ),
        entry="criterion",
    ),
)


NO_ERROR: Final = Need(
    "a scheme without errors",
    _has_no_error,
    Fault(Text("案例未运行；请先改正以上错误", "the cases were not run; correct the errors above first"), CASES),
)
