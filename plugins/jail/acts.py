"""Forbidden acts, each tried by the jail itself at start: one that does not end the process there and then is a hole.

None would harm the host even where no wall stands: they ask for nothing, or for what does not exist.
"""

import ctypes
import os
from collections.abc import Callable, Mapping
from functools import partial

from plugins.jail.kernel import (
    GET_NO_NEW_PRIVILEGES,
    NEW_USER,
    control_process,
    system_call,
)

_HERE = -100  # AT_FDCWD
_ANONYMOUS, _PRIVATE, _READ, _WRITE, _EXECUTE = 0x20, 0x02, 1, 2, 4
_PAGE = 4096
_INTERNET, _LOCAL, _NETLINK, _STREAM, _DATAGRAM = 2, 1, 16, 1, 2
_CHILD_ENDS = 17  # SIGCHLD, what clone(2) of a process says
_PROCESS_LIMIT = 6  # RLIMIT_NPROC


def _text(value: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(value)


def _space(size: int = 64) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(size)


def _clone() -> None:
    """A child would answer as well; it ends at once instead."""
    if system_call("clone", _CHILD_ENDS, 0, 0, 0, 0) == 0:
        os._exit(0)


def _gain_execution() -> None:
    place = system_call("mmap", 0, _PAGE, _READ | _WRITE, _PRIVATE | _ANONYMOUS, -1 & 0xFFFFFFFFFFFFFFFF, 0)
    system_call("mprotect", place, _PAGE, _READ | _EXECUTE)


ACTS: Mapping[str, Callable[[], object]] = {
    "read a file": lambda: system_call("openat", _HERE & 0xFFFFFFFF, _text(b"/etc/passwd"), 0, 0),
    "write a file": lambda: system_call("openat", _HERE & 0xFFFFFFFF, _text(b"/nowhere/file"), 0o101, 0o600),
    "read another descriptor": lambda: system_call("read", 0, _space(), 1),
    "write another descriptor": lambda: system_call("write", 2, _text(b"x"), 0),
    "make a file in memory": lambda: system_call("memfd_create", _text(b"x"), 0),
    "make shared memory": lambda: system_call("shmget", 0, 0, 0o1600),
    "open TCP": lambda: system_call("socket", _INTERNET, _STREAM, 0),
    "open UDP": lambda: system_call("socket", _INTERNET, _DATAGRAM, 0),
    "open a local socket": lambda: system_call("socket", _LOCAL, _STREAM, 0),
    "open netlink": lambda: system_call("socket", _NETLINK, _DATAGRAM, 0),
    "make a process": _clone,
    "run a program": lambda: system_call("execve", _text(b"/nowhere/program"), None, None),
    "signal the parent": lambda: system_call("kill", os.getppid(), 0),
    "trace the parent": lambda: system_call("ptrace", 2, os.getppid(), 0, _space()),
    "read another's memory": lambda: system_call("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "open another process": lambda: system_call("pidfd_open", os.getppid(), 0),
    "raise a limit": lambda: system_call("prlimit64", 0, _PROCESS_LIMIT, None, _space()),
    "map memory that runs": partial(
        system_call, "mmap", 0, _PAGE, _READ | _EXECUTE, _PRIVATE | _ANONYMOUS, -1 & 0xFFFFFFFFFFFFFFFF, 0
    ),
    "make memory run": _gain_execution,
    "leave the namespaces": lambda: system_call("unshare", NEW_USER),
    "mount": lambda: system_call("mount", _text(b"none"), _text(b"/nowhere"), _text(b"tmpfs"), 0, None),
    "change the root": lambda: system_call("chroot", _text(b".")),
    "load a kernel program": lambda: system_call("bpf", 5, _space(128), 128),
    "use io_uring": lambda: system_call("io_uring_setup", 1, _space(128)),
    "use the kernel's keyring": lambda: system_call("keyctl", 0, -3 & 0xFFFFFFFF, 0),
    "handle page faults": lambda: system_call("userfaultfd", 1),
    "watch performance": lambda: system_call("perf_event_open", _space(128), 0, -1 & 0xFFFFFFFF, -1 & 0xFFFFFFFF, 0),
    "handle a signal": lambda: system_call("rt_sigaction", 10, None, _space(), 8),
    "wait for time to pass": lambda: system_call("nanosleep", _space(), None),
    "be random": lambda: system_call("getrandom", _space(), 8, 0),
    "control the process": lambda: control_process(GET_NO_NEW_PRIVILEGES, 0),
}


def attempt(act: str) -> dict[str, str | int]:
    """Try it. What the kernel answered is told only where no wall has ended the process by then."""
    try:
        ACTS[act]()
    except OSError as fault:
        return {"act": act, "errno": fault.errno or 0}
    return {"act": act, "errno": 0}
