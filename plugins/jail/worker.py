"""One call, inside: reads a scheme's text and what it is asked, runs it, writes one answer and is gone.

What the walls do not forbid is left to a scheme here: it can forge its own answer, and no one else's.
"""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from plugins.api import ComputedFact, ContractError, Evidence
from plugins.caller import SchemeCaller
from plugins.jail.acts import attempt
from plugins.jail.locking import ANSWER, REQUEST, Outcome
from plugins.jail.modules import NO_FILE, Refused, offer
from plugins.jail.wire import read_frame, write_frame

# A value of a computed fact as it crosses: kind, then a whole number or text.
KINDS: dict[type, str] = {int: "whole", str: "text", bool: "yes_no"}
_LONGEST_NAME = 80


def serve(outcome: Outcome) -> None:
    """Say which walls stand, then answer the one request there is. Never returns."""
    write_frame(ANSWER, {"layers": outcome})
    try:
        request = read_frame(REQUEST)
    except EOFError:  # the host gave up
        os._exit(0)
    os.close(REQUEST)
    sys.stdin = sys.stdout = sys.stderr = None  # print says nothing, and does not end us
    write_frame(ANSWER, attempt(request["act"]) if "act" in request else answer(request))
    os._exit(0)  # neither ``atexit`` nor ``__del__`` of a scheme runs


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answers to all that is asked, or what the scheme did instead."""
    at = [-1]
    try:
        offer(request["sources"])
        caller = SchemeCaller(request["key"], _plugin(request["module"], request["attribute"]))
        ask = _asking(caller, request["hook"])
        found = []
        for at[0], (criterion, evidence) in enumerate(_questions(request)):
            found.append(ask(criterion, evidence))
    except BaseException as fault:  # SystemExit and worse too: this is the end of the line
        return {"failed": told(fault, request, at[0])}
    return {"answers": found}


def _plugin(module: str, attribute: str | None) -> object:
    __import__(module)
    found: Any = sys.modules[module]
    for name in (attribute or "").split("."):
        found = getattr(found, name) if name else found
    return found


def _questions(request: dict[str, Any]) -> Iterator[tuple[str, Evidence]]:
    criteria, keys = request["criteria"], request["keys"]
    for number, *amounts in request["rows"]:
        yield criteria[number], Evidence(dict(zip(keys, amounts, strict=True)))


def _asking(caller: SchemeCaller, hook: str) -> Callable[[str, Evidence], Any]:
    if hook not in caller.hooks:
        raise ContractError(f"scheme {caller.key!r} does not implement {hook}; it implements {list(caller.hooks)}")
    if hook == "guantong_facts":
        return lambda _criterion, evidence: [_plain(fact) for fact in caller.facts(evidence)]
    return lambda criterion, evidence: caller.score(criterion, evidence).points


def _plain(fact: ComputedFact) -> list[int | str]:
    value = int(fact.value) if isinstance(fact.value, bool) else fact.value
    return [fact.key, KINDS[type(fact.value)], value]


def told(fault: BaseException, request: dict[str, Any], at: int) -> dict[str, Any]:
    """A fault of the scheme in plain values. Whatever of it is a trap is left out."""
    kind = "raised"
    if isinstance(fault, Refused):
        kind = "refused"
    elif isinstance(fault, MemoryError):
        kind = "memory"
    elif isinstance(fault, ContractError):
        kind = "contract"
    file, line = _place(fault, request["sources"])
    text = _text(fault.what if isinstance(fault, Refused) else fault, request["text"])
    return {"kind": kind, "type": _name(fault), "text": text, "file": file, "line": line, "at": at}


def _place(fault: BaseException, sources: dict[str, str]) -> tuple[str, int]:
    """The innermost line of the scheme's own that the fault came through."""
    places = []
    trace = fault.__traceback__
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    if isinstance(fault, SyntaxError):
        places.append((str(fault.filename), fault.lineno or 0))
    found = [(file.removeprefix(NO_FILE), line) for file, line in places if file.removeprefix(NO_FILE) in sources]
    return found[-1] if found else ("", 0)


def _name(fault: BaseException) -> str:
    return str.__str__(type.__dict__["__name__"].__get__(type(fault)))[:_LONGEST_NAME]


def _text(fault: object, longest: int) -> str:
    try:
        text = str(fault)
        return str.__getitem__(text, slice(longest)).encode("utf-8", "replace").decode()
    except BaseException:
        return ""
