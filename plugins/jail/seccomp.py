"""The allow-list of system calls, as a filter of the kernel's (seccomp, classic BPF).

Assembled by hand: libseccomp is a library of the system that slim images lack, its bindings on PyPI have had no release
for years or are no wheels, and the pure-Python packages are months old and nobody's. This is forty instructions in one
table, read in a minute, and its outcome is tested call by call on the kernel itself. Format: ``linux/filter.h``,
``linux/seccomp.h``.
"""

import ctypes
import struct
from collections.abc import Iterator

from plugins.jail.kernel import MACHINE, NUMBERS, SET_SECCOMP, control_process

ALLOW, KILL_PROCESS = 0x7FFF0000, 0x80000000
FILTER_MODE = 2
EXECUTABLE = 4  # PROT_EXEC
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
X32 = 0x40000000  # the second table of calls that x86_64 has
# What a Python that only computes and answers cannot do without. Everything else ends the process by SIGSYS.
ALLOWED = (
    "brk",
    "clock_gettime",
    "close",
    "exit",
    "exit_group",
    "futex",
    "madvise",
    "mremap",
    "munmap",
    "restart_syscall",
    "sched_yield",
)
ON_ONE_DESCRIPTOR = ("read", "write")
NEVER_EXECUTABLE = ("mmap", "mprotect")

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Offsets within struct seccomp_data; of an argument, its lower half on a little-endian machine.
_NUMBER, _ARCHITECTURE, _FIRST, _THIRD = 0, 4, 16, 32


def program(request: int, answer: int) -> bytes:
    """The filter: reads from ``request`` only, writes to ``answer`` only."""
    return b"".join(_instructions(request, answer))


def install(request: int, answer: int) -> None:
    """Bind this process for good; no new privileges must be set. Raises OSError or KeyError (machine unknown)."""
    code = program(request, answer)
    kept = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: a count, padding, and the address.
    whole = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    named = ctypes.create_string_buffer(whole, len(whole))
    control_process(SET_SECCOMP, FILTER_MODE, ctypes.addressof(named))


def _instructions(request: int, answer: int) -> Iterator[bytes]:
    yield _do(_LOAD, _ARCHITECTURE)
    yield _do(_EQUAL, ARCHITECTURES[MACHINE], 1, 0)
    yield _do(_RETURN, KILL_PROCESS)
    yield _do(_LOAD, _NUMBER)
    if MACHINE == "x86_64":
        yield _do(_AT_LEAST, X32, 0, 1)
        yield _do(_RETURN, KILL_PROCESS)
    for name in ALLOWED:
        yield _do(_EQUAL, NUMBERS[name], 0, 1)
        yield _do(_RETURN, ALLOW)
    for name, descriptor in zip(ON_ONE_DESCRIPTOR, (request, answer), strict=True):
        yield from _if_argument(name, _FIRST, _EQUAL, descriptor, ALLOW, KILL_PROCESS)
    for name in NEVER_EXECUTABLE:
        yield from _if_argument(name, _THIRD, _ANY_BIT, EXECUTABLE, KILL_PROCESS, ALLOW)
    yield _do(_RETURN, KILL_PROCESS)


def _if_argument(name: str, offset: int, test: int, value: int, then: int, otherwise: int) -> Iterator[bytes]:
    """For the call ``name`` decide by one argument; for any other, go on with its number still loaded."""
    yield _do(_EQUAL, NUMBERS[name], 0, 4)
    yield _do(_LOAD, offset)
    yield _do(test, value, 0, 1)
    yield _do(_RETURN, then)
    yield _do(_RETURN, otherwise)


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
