"""What a scheme answers in the jail, and how it is told what it did wrong."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.errors import ErrorCode, GuantongError
from plugins.api import ComputedFact
from plugins.jail.call import Asked, Call
from plugins.jail.jail import Jail
from plugins.jail.layers import REQUIRED
from plugins.jail.modules import OFFERED
from plugins.jail.opening import open_jail
from tests.plugins.jail.calls import DIGEST, HEAD, PATIENT, SCORER, facts, points_of, scoring

pytestmark = pytest.mark.anyio
WHO = f"方案包 scheme-tiny-works 1.0.0（摘要 {DIGEST}）的 "
WHO_EN = f" of scheme-tiny-works 1.0.0 (digest {DIGEST}): "


@pytest.fixture(scope="module")
async def jail(anyio_backend: str) -> AsyncIterator[Jail]:
    """A jail that has passed its self-test, with time for a machine under load."""
    async with open_jail(PATIENT) as jail:
        yield jail


async def fault_of(jail: Jail, call: Call, seconds: float | None = None) -> GuantongError:
    with pytest.raises(GuantongError) as caught:
        await jail.run(call, seconds)
    return caught.value


async def test_points_come_question_by_question(jail: Jail) -> None:
    asked = tuple(Asked({"improvements": amount}, name) for amount in range(8) for name in ("innovation", "skill"))
    found = await jail.run(scoring(asked=asked))
    assert found.points == tuple(min(100, 20 * amount) for amount in range(8) for _ in range(2))
    assert found.facts == ()


async def test_facts_keep_their_kinds(jail: Jail) -> None:
    source = """
    @hookimpl
    def guantong_facts(evidence):
        many = evidence["improvements"]
        return ComputedFact("many", many), ComputedFact("word", "好" * many), ComputedFact("some", many > 0)
    """
    found = await jail.run(facts(source, tuple(Asked({"improvements": amount}) for amount in (0, 2))))
    assert found.facts == (
        (ComputedFact("many", 0), ComputedFact("word", ""), ComputedFact("some", False)),
        (ComputedFact("many", 2), ComputedFact("word", "好好"), ComputedFact("some", True)),
    )
    assert [type(fact.value) for fact in found.facts[0]] == [int, str, bool]


async def test_a_table_of_cells_is_one_call(jail: Jail) -> None:
    cells = tuple(Asked({"improvements": cell % 7}, "innovation") for cell in range(20_000))
    assert (await jail.run(scoring(asked=cells))).points == tuple(min(100, 20 * (cell % 7)) for cell in range(20_000))


async def test_a_result_says_what_ran_behind_which_walls(jail: Jail) -> None:
    one = await jail.run(scoring())
    assert one.layers.in_force >= REQUIRED
    assert one.layers.lacking == ()
    assert set(one.layers.as_json()["in_force"]) | set(one.layers.as_json()["missing"]) == {
        *one.layers.in_force,
        *(layer for layer, _ in one.layers.missing),
    }
    assert one.python.count(".") == 2
    assert one.code == scoring().code.digest
    assert (await jail.run(scoring(SCORER + "\n"))).code != one.code


async def test_a_scheme_is_of_several_modules_and_an_object_in_one(jail: Jail) -> None:
    helper = HEAD + "class Scorer:\n    @hookimpl\n    def guantong_score(self, criterion, evidence):\n"
    helper += "        return CriterionPoints(criterion, 7)\nscorer = Scorer()\n"
    call = scoring("from scheme_tiny_works.deep import scorer\nfrom . import deep", deep=helper)
    found = await jail.run(replace(call, code=replace(call.code, attribute="deep.scorer")))
    assert found.points == (7,)


async def test_all_that_is_offered_is_there(jail: Jail) -> None:
    imports = "\n".join(f"import {name}" for name in OFFERED if name != "__future__")
    uses = (
        "from __future__ import annotations",
        imports,
        "import datetime as d",
        "assert d.datetime.strptime('2026-03-02', '%Y-%m-%d').day == 2",
        "assert statistics.median([3, 1, 2]) == 2 and fractions.Fraction('1/2') * 2 == 1",
        "assert decimal.Decimal('1.10').quantize(decimal.Decimal('1.0')) == decimal.Decimal('1.1')",
        "assert unicodedata.name('好') and textwrap.dedent(' a') == 'a' and string.Template('$a').substitute(a=1)",
        "assert calendar.monthrange(2026, 2) == (6, 28) and json.loads('[1]') == [1] and '好'.encode()",
        "@dataclasses.dataclass(frozen=True)\nclass Row:\n    value: int = 5",
        "print('nobody reads this'); print('nor this', flush=True)",
        "assert '\\d'",
    )
    source = "\n".join(uses).replace("from __future__ import annotations\n", "")
    call = points_of("CriterionPoints(criterion, Row().value)", source)
    assert (await jail.run(call)).points == (5,)


TOLD = {
    "raises": (
        points_of("CriterionPoints(criterion, 1 // (evidence['improvements'] - 2))"),
        ErrorCode.SCHEME_CRASHED,
        "guantong_score",
        "对 innovation {'improvements': 2} 抛出 ZeroDivisionError：integer division or modulo by zero；请改正",
        "for innovation {'improvements': 2} it raised ZeroDivisionError: integer division or modulo by zero; mend it",
        5,
    ),
    "raises while loading": (
        scoring("\n1 / 0"),
        ErrorCode.SCHEME_CRASHED,
        "guantong_score",
        "加载时抛出 ZeroDivisionError：division by zero；请改正",
        "while loading it raised ZeroDivisionError: division by zero; mend it",
        3,
    ),
    "is no Python": (
        scoring("def guantong_score(:"),
        ErrorCode.SCHEME_CRASHED,
        "guantong_score",
        "加载时抛出 SyntaxError：invalid syntax (__init__.py, line 2)；请改正",
        "while loading it raised SyntaxError: invalid syntax (__init__.py, line 2); mend it",
        2,
    ),
    "imports": (
        scoring("import os"),
        ErrorCode.SCHEME_FORBIDDEN_ACT,
        "guantong_score",
        f"使用了不提供给方案的 os；可用的模块：{', '.join(OFFERED)}",
        f"used os, which is not offered to schemes; offered are: {', '.join(OFFERED)}",
        2,
    ),
    "opens": (
        points_of("open('/etc/passwd')"),
        ErrorCode.SCHEME_FORBIDDEN_ACT,
        "guantong_score",
        f"使用了不提供给方案的 open()；可用的模块：{', '.join(OFFERED)}",
        f"used open(), which is not offered to schemes; offered are: {', '.join(OFFERED)}",
        5,
    ),
    "loops": (
        points_of("max(iter(int, 1))"),
        ErrorCode.SCHEME_TIMED_OUT,
        "guantong_score",
        "1 秒内未完成，已终止；请减少计算量",
        "was not done within 1 seconds and was ended; compute less",
        None,
    ),
    "takes memory": (
        points_of("bytes(10**9)"),
        ErrorCode.SCHEME_OUT_OF_MEMORY,
        "guantong_score",
        "所用内存超过 256 MiB，已终止；请减少用量",
        "took more than 256 MiB of memory; use less",
        5,
    ),
    "makes a system call": (
        points_of("plugins.jail.locking.os.getpid()", "import plugins.api"),
        ErrorCode.SCHEME_FORBIDDEN_ACT,
        "guantong_score",
        "试图做隔离所禁止的系统调用（文件、网络、进程、线程、等待等），已终止；方案代码只能由证据计算",
        "made a system call that the jail forbids (file, network, process, thread, waiting or another) and was ended; "
        "scheme code may only compute from evidence",
        None,
    ),
    "crashes": (
        points_of("plugins.jail.kernel.ctypes.string_at(1)", "import plugins.api"),
        ErrorCode.SCHEME_CRASHED,
        "guantong_score",
        "崩溃（SIGSEGV）；请改正",
        "crashed (SIGSEGV); mend it",
        None,
    ),
    "ends": (
        points_of("plugins.jail.locking.os._exit(3)", "import plugins.api"),
        ErrorCode.SCHEME_CRASHED,
        "guantong_score",
        "未作答即结束（退出码 3）；请由挂钩返回结果",
        "ended by itself without an answer (exit code 3); return from the hook",
        None,
    ),
    "gives too many points": (
        points_of("CriterionPoints(criterion, 101)"),
        ErrorCode.SCHEME_ANSWER_INVALID,
        "guantong_score",
        "对 innovation {'improvements': 2} 不合约定：points of 'innovation' must be a whole number from 0 to 100: 101",
        "for innovation {'improvements': 2} it broke the contract: points of 'innovation' must be a whole number from "
        "0 to 100: 101",
        5,
    ),
    "forges points": (
        points_of("vars(plugins.api).update(MOST_POINTS=999) or CriterionPoints(criterion, 101)", "import plugins.api"),
        ErrorCode.SCHEME_ANSWER_INVALID,
        "guantong_score",
        "答复不合约定：得分应为 0 至 100 的整数，实为 101；请只经挂钩作答",
        "its answer is out of form: points are a whole number from 0 to 100, not 101; answer by the hook alone",
        None,
    ),
    "has no such hook": (
        facts(SCORER),
        ErrorCode.SCHEME_ANSWER_INVALID,
        "guantong_facts",
        "加载时不合约定：scheme 'tiny_works' does not implement guantong_facts; it implements ['guantong_score']",
        "while loading it broke the contract: scheme 'tiny_works' does not implement guantong_facts; it implements "
        "['guantong_score']",
        None,
    ),
    "asks for evidence that is not declared": (
        points_of("CriterionPoints(criterion, evidence['papers'])"),
        ErrorCode.SCHEME_ANSWER_INVALID,
        "guantong_score",
        "对 innovation {'improvements': 2} 不合约定：evidence 'papers' is not declared in scheme.toml; "
        "declared: improvements",
        "for innovation {'improvements': 2} it broke the contract: evidence 'papers' is not declared in scheme.toml; "
        "declared: improvements",
        5,
    ),
}


@pytest.mark.parametrize(("call", "code", "hook", "zh", "en", "row"), TOLD.values(), ids=TOLD)
async def test_what_it_did_is_told_with_its_name(
    jail: Jail, call: Call, code: ErrorCode, hook: str, zh: str, en: str, row: int | None
) -> None:
    fault = await fault_of(jail, call, 1 if code is ErrorCode.SCHEME_TIMED_OUT else None)
    assert fault.code is code
    assert fault.message.zh == f"{WHO}{hook}：{zh}"
    assert fault.message.en == f"{hook}{WHO_EN}{en}"
    place = (fault.where.file, fault.where.row) if fault.where else None
    assert place == (("scheme_tiny_works/__init__.py", row) if row else None)


async def test_processor_time_is_bounded_by_the_kernel_too(jail: Jail) -> None:
    """Should the host be held up: here it asks of the zygote less than it waits itself."""
    zygote = await jail.zygote()
    fork = zygote.fork
    zygote.fork = lambda seconds: fork(0)  # type: ignore[method-assign]
    try:
        fault = await fault_of(jail, points_of("max(iter(int, 1))"))
    finally:
        zygote.fork = fork  # type: ignore[method-assign]
    assert fault.code is ErrorCode.SCHEME_TIMED_OUT
    assert fault.message.en.endswith("was not done within 30 seconds and was ended; compute less")


async def test_an_identity_number_in_its_words_is_not_repeated(jail: Jail) -> None:
    fault = await fault_of(jail, points_of("int('44010119900101' + '123' + 'x')"))
    assert "44010119900101123" not in str(fault)


async def test_its_words_cannot_steer_a_terminal_or_forge_a_line(jail: Jail) -> None:
    fault = await fault_of(jail, points_of("int('\\x1b[2J\\nINFO all is well\\u202e')"))
    assert str(fault).isprintable()
    many = tuple(Asked({f"evidence_{number}": number for number in range(100)}, "c") for _ in range(1))
    fault = await fault_of(jail, replace(points_of("1 / 0"), asked=many))
    assert len(str(fault)) < 1200


async def test_a_call_has_its_bounds(jail: Jail) -> None:
    with pytest.raises(ValueError, match=r"a call of \d+ bytes is more than 1048576; divide it"):
        await jail.run(scoring("x = 1\n" * 200_000))
    uneven = (Asked({"improvements": 1}, "a"), Asked({"papers": 1}, "a"))
    with pytest.raises(ValueError, match="have the same evidence"):
        await jail.run(scoring(asked=uneven))


async def test_the_log_names_the_scheme(jail: Jail, caplog: pytest.LogCaptureFixture) -> None:
    await fault_of(jail, points_of("bytes(10**9)"))
    assert [line.getMessage() for line in caplog.records if line.name == "guantong.jail"] == [
        f"{WHO}guantong_score：所用内存超过 256 MiB，已终止；请减少用量 / guantong_score{WHO_EN}took more than 256 MiB "
        "of memory; use less"
    ]
