"""Whom the attacked host runs as: root, an ordinary user, root within a container's default profile, or no seccomp.

A container engine is not needed for the last two: what it does to a process by default is a bounding set of
capabilities and a filter of system calls, and both are set here as Docker documents them ("Seccomp security profiles
for Docker", "Runtime privilege and Linux capabilities").
"""

import ctypes
import errno
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping

from plugins.jail.kernel import CAPABILITY_VERSION_3, NUMBERS, control_process, system_call
from plugins.jail.seccomp import ALLOW

ORDINARY = 61001
DROP_BOUNDING = 24  # PR_CAPBSET_DROP
LAST_CAPABILITY = 40
# chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, net_raw, sys_chroot, mknod,
# audit_write, setfcap
DOCKER_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31})
DOCKER_REFUSES = (
    "add_key",
    "bpf",
    "fanotify_init",
    "init_module",
    "io_uring_setup",
    "keyctl",
    "mount",
    "open_by_handle_at",
    "perf_event_open",
    "pidfd_getfd",
    "setns",
    "unshare",
    "userfaultfd",
)
REFUSED = 0x50000 | errno.EPERM


def become_user() -> None:
    """An ordinary user of no group, if we are not one anyway."""
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(ORDINARY, ORDINARY, ORDINARY)
    os.setresuid(ORDINARY, ORDINARY, ORDINARY)


def enter_container() -> None:
    """Root as Docker has it: fewer capabilities, fewer system calls."""
    for number in range(LAST_CAPABILITY + 1):
        if number not in DOCKER_CAPABILITIES:
            control_process(DROP_BOUNDING, number)
    refuse(DOCKER_REFUSES)
    kept = sum(1 << number for number in DOCKER_CAPABILITIES)
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0))
    system_call("capset", header, ctypes.create_string_buffer(struct.pack("=IIIIII", kept, kept, 0, 0, 0, 0)))


def lose_seccomp() -> None:
    """A runtime that lets nobody set a filter: prctl(2) of that kind and seccomp(2) are refused."""
    refuse(("seccomp",), prctl_option=22)


IDENTITIES: Mapping[str, Callable[[], None]] = {
    "root": lambda: None,
    "user": become_user,
    "container": enter_container,
    "no seccomp": lose_seccomp,
}


def refuse(names: Iterable[str], prctl_option: int | None = None) -> None:
    """Refuse system calls with EPERM, as container engines do, for this process and whatever it starts."""
    code = b"".join(_filter(names, prctl_option))
    kept = ctypes.create_string_buffer(code, len(code))
    whole = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    named = ctypes.create_string_buffer(whole, len(whole))
    control_process(22, 2, ctypes.addressof(named))


def _filter(names: Iterable[str], prctl_option: int | None) -> Iterator[bytes]:
    yield _do(0x20, 0)
    for name in names:
        yield _do(0x15, NUMBERS[name], 0, 1)
        yield _do(0x06, REFUSED)
    if prctl_option is not None:
        yield _do(0x15, NUMBERS["prctl"], 0, 3)
        yield _do(0x20, 16)
        yield _do(0x15, prctl_option, 0, 1)
        yield _do(0x06, REFUSED)
    yield _do(0x06, ALLOW)


def _do(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
