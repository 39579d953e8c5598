"""What an attack is: the source of a small scheme, how it must end, and what harm it would do without walls."""

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ErrorCode
from plugins.jail.call import Asked, Call, Code, Hook, SchemeName

SECRET = "4f9e-canary-of-the-host"
DIGEST = "a77ac4" + "0" * 58
FORBIDDEN = frozenset({ErrorCode.SCHEME_FORBIDDEN_ACT})
TIMED_OUT = frozenset({ErrorCode.SCHEME_TIMED_OUT})
MEMORY = frozenset({ErrorCode.SCHEME_OUT_OF_MEMORY})
MALFORMED = frozenset({ErrorCode.SCHEME_ANSWER_INVALID})
CRASHED = frozenset({ErrorCode.SCHEME_CRASHED})
ANSWERS: frozenset[ErrorCode | None] = frozenset({None})  # it answers, and nothing came of it

# What an attacker begins with: the language's own walls are got round in three lines, so that the kernel's are tested.
PRELUDE = """
import sys
import plugins.api
from plugins.api import ComputedFact, CriterionPoints, hookimpl
inside = plugins.jail
os = inside.locking.os
ctypes = inside.kernel.ctypes
LIBC = inside.kernel.LIBC
NUMBERS = inside.kernel.NUMBERS
text = ctypes.create_string_buffer

def call(name, *given):
    return inside.kernel.system_call(name, *given)

def send(data, descriptor=4):
    while data:
        data = data[os.write(descriptor, data):]

def frame(data):
    return len(data).to_bytes(4, "big") + data

def facts(loot):
    return (ComputedFact("loot", str(loot)[:400]),)
"""
HOOK = """
@hookimpl
def guantong_facts(evidence):
    return facts(attack())
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """``body`` defines ``attack()``, whose answer is the loot; ``"done"`` in it says that the act succeeded.

    ``ends`` are the codes it may end with. ``harm`` is what it does where there are no walls, empty when that cannot be
    tried without harm; ``whole`` bodies bring their own hook. ``lasts`` until the deadline.
    """

    name: str
    body: str
    ends: frozenset[ErrorCode | None] | frozenset[ErrorCode] = FORBIDDEN
    harm: str = ""
    whole: bool = False
    lasts: bool = False

    def call(self, world: Mapping[str, Any]) -> Call:
        """The attack as a call, told of the host all that an insider could know."""
        constants = f"WORLD = {json.dumps(dict(world))!r}\nWORLD = __import__('json').loads(WORLD)\n"
        source = PRELUDE + constants + textwrap.dedent(self.body) + ("" if self.whole else HOOK)
        name = SchemeName("attacker", f"scheme-{self.name.replace(' ', '-')}", "6.6.6", DIGEST)
        return Call(name, Code({"scheme_attacker.py": source}, "scheme_attacker"), Hook.FACTS, (Asked({"level": 1}),))


# Looks for whatever an earlier call may have left behind, and does honest work.
BYSTANDER = """
import builtins, dataclasses, json, math, re, statistics, sys
import plugins.api
from plugins.api import ComputedFact, CriterionPoints, hookimpl

def traces():
    if hasattr(builtins, "poisoned") or "poisoned" in sys.modules:
        yield "builtins"
    if len([1, 2]) != 2 or sum((1, 2)) != 3 or json.dumps([1]) != "[1]" or math.sqrt(4) != 2:
        yield "functions"
    if CriterionPoints("c", 7).points != 7 or plugins.api.MOST_POINTS != 100 or not re.match("a+", "aa"):
        yield "contract"
    if sys.getrecursionlimit() != 1000 or "scheme_attacker" in sys.modules:
        yield "interpreter"

@hookimpl
def guantong_facts(evidence):
    return (
        ComputedFact("traces", " ".join(traces())),
        ComputedFact("mean", int(statistics.mean([evidence["level"], 5]))),
    )
"""


def bystander(number: int) -> Call:
    """The honest scheme of another enterprise."""
    name = SchemeName("honest", "scheme-honest", "1.0.0", f"{number:064d}")
    return Call(
        name, Code({"scheme_honest/__init__.py": BYSTANDER}, "scheme_honest"), Hook.FACTS, (Asked({"level": 3}),)
    )
