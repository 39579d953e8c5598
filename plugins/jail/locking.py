"""Builds the walls, inside. What can be built once is built around the zygote, the rest around each of its children."""

import contextlib
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterable
from functools import partial

from plugins.jail import kernel, landlock, seccomp
from plugins.jail.kernel import control_process
from plugins.jail.layers import Layer

REQUEST, ANSWER = 3, 4  # the only two descriptors of a child
Outcome = dict[str, str]
_NICER = 5  # the server's own work goes first
_DESCRIPTORS = 64  # more than a zygote ever has open
_OUT_OF_MEMORY_FIRST = "1000"  # if the machine runs out of memory, this goes before anything else


def lock_zygote(wanted: Iterable[str], user: int) -> Outcome:
    """Wall the zygote in, for good and for all its children; the reason of each layer that failed, else ''."""
    _be_modest()
    steps: list[tuple[Layer, Callable[[], object]]] = [
        (Layer.ENVIRONMENT, os.environ.clear),
        (Layer.NAMESPACES, _leave_namespaces),
        (Layer.EMPTY_ROOT, _enter_empty_root),
        (Layer.OWN_USER, partial(_become, user)),
        (Layer.CAPABILITIES, kernel.drop_capabilities),
        (Layer.NO_NEW_PRIVILEGES, _allow_no_new_privileges),
        (Layer.UNDUMPABLE, partial(control_process, kernel.SET_DUMPABLE, 0)),
        (Layer.LANDLOCK, landlock.deny_all),
        (Layer.NO_NEW_CODE, partial(control_process, kernel.SET_MDWE, kernel.REFUSE_EXECUTABLE_GAIN)),
    ]
    return _tried(steps, wanted)


def lock_child(wanted: Iterable[str], parent: int, memory: int, cpu_seconds: int) -> Outcome:
    """Wall a fresh child in; afterwards nothing but the pipes is left to it."""
    steps: list[tuple[Layer, Callable[[], object]]] = [
        (Layer.DIES_WITH_PARENT, partial(_die_with, parent)),
        (Layer.DESCRIPTORS, partial(os.closerange, ANSWER + 1, _DESCRIPTORS)),
        (Layer.LANDLOCK, landlock.deny_all),  # once more, so that not even the zygote can be signalled
        (Layer.LIMITS, partial(_limit, memory, cpu_seconds)),
        (Layer.SECCOMP, partial(seccomp.install, REQUEST, ANSWER)),
    ]
    return _tried(steps, wanted)


def _tried(steps: Iterable[tuple[Layer, Callable[[], object]]], wanted: Iterable[str]) -> Outcome:
    asked = frozenset(wanted)
    outcome: Outcome = {}
    for layer, step in steps:
        if layer not in asked:
            outcome[layer] = "switched off"
            continue
        try:
            step()
        except (OSError, ValueError, KeyError, AttributeError) as fault:
            outcome[layer] = f"{type(fault).__name__}: {fault}"
        else:
            outcome[layer] = ""
    return outcome


def _be_modest() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    with contextlib.suppress(OSError):
        os.nice(_NICER)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write(_OUT_OF_MEMORY_FIRST)


def _leave_namespaces() -> None:
    flags = kernel.NEW_NETWORK | kernel.NEW_IPC | kernel.NEW_HOST_NAME | kernel.NEW_MOUNTS
    kernel.leave_namespaces(flags if os.geteuid() == 0 else flags | kernel.NEW_USER)


def _enter_empty_root() -> None:
    """Into a folder that is removed before it is entered: nothing is in it and nothing can be made there."""
    folder = tempfile.mkdtemp(prefix="guantong-jail-")
    place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.rmdir(folder)  # noqa: PTH106  the zygote does without pathlib
    try:
        os.fchdir(place)
        os.chroot(".")
    finally:
        os.close(place)


def _become(user: int) -> None:
    if os.geteuid() != 0:
        raise PermissionError("the host is not root: it stays the host's user")
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _allow_no_new_privileges() -> None:
    control_process(kernel.SET_NO_NEW_PRIVILEGES, 1)


def _die_with(parent: int) -> None:
    control_process(kernel.SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)  # it went before it could be asked for


def _limit(memory: int, cpu_seconds: int) -> None:
    none = ("CORE", "FSIZE", "MEMLOCK", "MSGQUEUE", "NPROC", "NOFILE", "SIGPENDING", "NICE", "RTPRIO")
    for name in none:
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
