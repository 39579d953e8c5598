"""Planted faults: scorers and computers of facts that are wrong in some way, and what their author is told.

A scorer reads two fields, ``improvements`` (0, 1, 2, 4) and ``apprentices`` (0 to 3): 16 cells. What is *disarmed*
gives a sound table all the same, because what it waits for never comes: it runs once and is looked up ever after.
"""

from dataclasses import dataclass

HEAD = "from plugins.api import ComputedFact, CriterionPoints, hookimpl\n"
SUM = '10 * evidence["improvements"] + 10 * evidence["apprentices"]'


@dataclass(frozen=True)
class Faulty:
    """A scorer by its fault; ``code`` of the finding, None where the fault is disarmed, and what its text says."""

    name: str
    source: str
    code: str | None
    says: str = ""


def scorer(body: str, before: str = "") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{HEAD}{before}\n\n@hookimpl\ndef guantong_score(criterion, evidence):\n{lines}\n"


def gives(points: str, before: str = "") -> str:
    return scorer(f"return CriterionPoints(criterion, {points})", before)


COUNTER = "calls = [0]\ndef counted():\n    calls[0] += 1\n    return calls[0]\n"
SEEN = "seen = set()\n"
NAMES = 'NAMES = {"焊接", "装配", "起重", "涂装", "钳工", "电气", "检验", "调试"}\n'
TEN_A_PIECE = "得分由 "
AGAIN = "换一个进程、散列种子与次序后得 "

SCORERS = (
    # What is not the same twice.
    Faulty("counts its calls", gives("counted() % 50", COUNTER), "SCH404", AGAIN),
    Faulty("by order of a set", gives("60 + sum(next(iter(NAMES)).encode()) % 40", NAMES), "SCH404", AGAIN),
    Faulty("by hash of a text", gives('hash("焊接") % 100'), "SCH404", AGAIN),
    Faulty(
        "by microseconds", gives("datetime.now().microsecond % 100", "from datetime import datetime\n"), "SCH404", "得 "
    ),
    Faulty(
        "remembers the last",
        scorer(
            "last[0], before = evidence['apprentices'], last[0]\nreturn CriterionPoints(criterion, 10 * before + 10 * evidence['improvements'])",
            "last = [0]\n",
        ),
        "SCH404",
        AGAIN,
    ),
    Faulty(
        "only the first gets more",
        scorer(f"bonus = 0 if seen else 5\nseen.add(1)\nreturn CriterionPoints(criterion, {SUM} + bonus)", SEEN),
        "SCH404",
        AGAIN,
    ),
    Faulty("by the address of an object", gives("id(evidence) // 16 % 97"), "SCH404", "得 "),
    Faulty(
        "by the calendar",
        gives("datetime.now().year % 100", "from datetime import datetime\n"),
        "SCH404",
        "由第二引擎（另一日期与随机起点）得 0 分",
    ),
    # What falls with better evidence.
    Faulty(
        "falls at one step",
        gives(f"{SUM} + 25 * (evidence['improvements'] == 1)"),
        "SCH405",
        "“工艺改进（项）”由 1 增至 2，",
    ),
    Faulty(
        "falls in one cell",
        gives(f"{SUM} - 15 * (evidence['improvements'] == 4 and evidence['apprentices'] == 3)"),
        "SCH405",
        "（工艺改进（项）=4）",
    ),
    Faulty(
        "takes points for apprentices",
        gives('60 + 5 * evidence["improvements"] - 5 * evidence["apprentices"]'),
        "SCH405",
        "“带徒出师（人）”由 0 增至 1，得分由 60 降至 55（工艺改进（项）=0）；同样情形共 12 处",
    ),
    Faulty(
        "a remainder",
        gives('evidence["improvements"] * 30 % 100 + evidence["apprentices"]'),
        "SCH405",
        "“工艺改进（项）”由 2 增至 4，得分由 60 降至 20",
    ),
    # What is no whole number from 0 to 100.
    Faulty("beyond a hundred", gives('40 * evidence["improvements"]'), "SCH403", "from 0 to 100: 160"),
    Faulty("below nothing", gives('evidence["improvements"] - 1'), "SCH403", "from 0 to 100: -1"),
    Faulty("a float", gives('evidence["improvements"] * 12.5'), "SCH403", "from 0 to 100: 0.0"),
    Faulty("yes or no", gives('evidence["improvements"] > 0'), "SCH403", "from 0 to 100: False"),
    Faulty("a text", gives('str(evidence["improvements"])'), "SCH403", "from 0 to 100: '0'"),
    Faulty("nothing", scorer("return None"), "SCH403", "gave 0 answers, exactly one is needed"),
    Faulty("a bare number", scorer("return 60"), "SCH403", "must return the CriterionPoints of 'skills'"),
    Faulty(
        "another criterion",
        scorer('return CriterionPoints("other", 60)'),
        "SCH403",
        "must return the CriterionPoints of 'skills'",
    ),
    Faulty(
        "points made by hand",
        scorer(
            'made = object.__new__(CriterionPoints)\nobject.__setattr__(made, "criterion", criterion)\nobject.__setattr__(made, "points", 1000)\nreturn made'
        ),
        "SCH403",
        "得分应为 0 至 100 的整数，实为 1000",
    ),
    # What is not there, or not offered.
    Faulty(
        "a missing cell",
        gives('{0: 0, 1: 20, 2: 40}[evidence["improvements"]]'),
        "SCH403",
        "'improvements': 4, 'apprentices': 0} 抛出 KeyError",
    ),
    Faulty("reads what is not declared", gives('evidence["sex"]'), "SCH403", "evidence 'sex' is not declared"),
    Faulty(
        "asks for an identity number",
        gives('evidence["identity_number"] % 2'),
        "SCH403",
        "evidence 'identity_number' is not declared",
    ),
    Faulty("divides by nothing", gives('60 // evidence["apprentices"]'), "SCH403", "ZeroDivisionError"),
    Faulty("no hook at all", HEAD, "SCH403", "does not implement guantong_score"),
    Faulty("forgot the marker", gives("50").replace("@hookimpl\n", ""), "SCH403", "does not implement guantong_score"),
    Faulty("opens a file", gives('len(open("/etc/passwd").read())'), "SCH403", "使用了不提供给方案的 open()"),
    Faulty("asks for chance", gives("__import__('random').randint(0, 100)"), "SCH403", "使用了不提供给方案的 random"),
    Faulty("asks which process", gives("__import__('os').getpid() % 100"), "SCH403", "使用了不提供给方案的 os"),
    Faulty("never ends", scorer("while True:\n    pass"), "SCH403", "秒"),
    Faulty("takes all memory", gives('len("x" * (1 << 30)) % 100'), "SCH403", "MiB"),
    # What has no effect, or too much.
    Faulty(
        "reads one field only",
        gives('20 * evidence["improvements"]'),
        "SCH407",
        "字段“带徒出师（人）”对得分没有任何影响",
    ),
    Faulty("the same for all", gives("60"), "SCH407", "字段“工艺改进（项）”对得分没有任何影响"),
    # What is disarmed: it waits for what never comes to pass.
    Faulty(
        "goes off in ten years",
        gives(f"{SUM} if datetime.now().year < 2036 else 0", "from datetime import datetime\n"),
        None,
    ),
    Faulty("goes off after many calls", gives(f"{SUM} if counted() < 1000 else 0", COUNTER), None),
    Faulty("goes off beyond its domain", gives(f"{SUM} if evidence['improvements'] < 5 else 0"), None),
    Faulty("goes off for an unknown criterion", gives(f"{SUM} if criterion == 'skills' else 0"), None),
)


def computing(body: str, before: str = "") -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{HEAD}{before}\n\n@hookimpl\ndef guantong_facts(evidence):\n{lines}\n"


def fact(value: str, before: str = "") -> str:
    return computing(f'return (ComputedFact("generation", {value}),)', before)


# A fact ``generation``, a whole number, computed from ``improvements`` (to 10) and ``apprentices`` (to 3).
FACTS = (
    Faulty("counts its calls", fact("counted()", COUNTER), "SCH404", AGAIN),
    Faulty("fails at its tenth call", fact("7 // (counted() - 10)", COUNTER), "SCH403", "ZeroDivisionError"),
    Faulty("by order of a set", fact("sum(next(iter(NAMES)).encode())", NAMES), "SCH404", "换一个进程与散列种子后得"),
    Faulty(
        "a text from some amount on",
        fact('"多" if evidence["improvements"] > 6 else 1'),
        "SCH408",
        "应为整数，实为 '多'（工艺改进（项）=7）",
    ),
    Faulty("yes or no", fact('evidence["improvements"] > 0'), "SCH408", "应为整数，实为 False（没有任何材料）"),
    Faulty(
        "nothing for some",
        computing(
            'if evidence["apprentices"] == 2 and evidence["improvements"] > 3:\n    return ()\nreturn (ComputedFact("generation", 1),)'
        ),
        "SCH408",
        "没有给出事实“掌握的技术代际”（工艺改进（项）=4、带徒出师（人）=2）",
    ),
    Faulty(
        "one too many",
        computing('return (ComputedFact("generation", 1), ComputedFact("other", 2))'),
        "SCH408",
        "给出了未声明为 computed 的事实 other",
    ),
    Faulty(
        "the same twice",
        computing('return (ComputedFact("generation", 1), ComputedFact("generation", 2))'),
        "SCH403",
        "同一事实给出了两次",
    ),
    Faulty("a float", fact("1.5"), "SCH403", "must be a whole number, text or yes/no: 1.5"),
    Faulty(
        "fails for some",
        fact('7 // (evidence["improvements"] - 5)'),
        "SCH403",
        "对 {'improvements': 5, 'apprentices': 0} 抛出 ZeroDivisionError",
    ),
    Faulty(
        "no tuple", computing('return [ComputedFact("generation", 1)]'), "SCH403", "must return a tuple of ComputedFact"
    ),
)
