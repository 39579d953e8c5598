"""System calls that Python has no function for, by number, through the C library.

Numbers: ``asm/unistd_64.h`` of Linux for x86_64 and the generic table for aarch64; they never change once published.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Mapping

MACHINE = platform.machine()
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

SET_PARENT_DEATH_SIGNAL, SET_DUMPABLE, SET_SECCOMP, SET_NO_NEW_PRIVILEGES = 1, 4, 22, 38
GET_NO_NEW_PRIVILEGES, SET_MDWE, REFUSE_EXECUTABLE_GAIN = 39, 65, 1
NEW_MOUNTS, NEW_HOST_NAME, NEW_IPC, NEW_USER, NEW_NETWORK = 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x40000000
CAPABILITY_VERSION_3 = 0x20080522

# name: (x86_64, aarch64)
_BOTH: Mapping[str, tuple[int, int]] = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "brk": (12, 214),
    "capset": (126, 91),
    "chroot": (161, 51),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "clone": (56, 220),
    "clone3": (435, 435),
    "close": (3, 57),
    "dup": (32, 23),
    "execve": (59, 221),
    "execveat": (322, 281),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "fanotify_init": (300, 262),
    "futex": (202, 98),
    "getdents64": (217, 61),
    "getppid": (110, 173),
    "getrandom": (318, 278),
    "init_module": (175, 105),
    "io_uring_setup": (425, 425),
    "ioctl": (16, 29),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
    "madvise": (28, 233),
    "memfd_create": (319, 279),
    "mmap": (9, 222),
    "mount": (165, 40),
    "mprotect": (10, 226),
    "mq_open": (180, 180),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "open_by_handle_at": (304, 265),
    "openat": (257, 56),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pipe2": (293, 59),
    "prctl": (157, 167),
    "prlimit64": (302, 261),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "read": (0, 63),
    "restart_syscall": (219, 128),
    "rt_sigaction": (13, 134),
    "rt_sigqueueinfo": (129, 138),
    "sched_yield": (24, 124),
    "seccomp": (317, 277),
    "sendto": (44, 206),
    "setns": (308, 268),
    "setresuid": (117, 147),
    "setsid": (112, 157),
    "shmget": (29, 194),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "tgkill": (234, 131),
    "timer_create": (222, 107),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "write": (1, 64),
}
_COLUMN = {"x86_64": 0, "aarch64": 1}.get(MACHINE)
NUMBERS: Mapping[str, int] = {} if _COLUMN is None else {name: both[_COLUMN] for name, both in _BOTH.items()}


def system_call(name: str, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a call; raises OSError with what the kernel says."""
    plain = [ctypes.c_void_p(one) if isinstance(one, int | None) else one for one in arguments]
    return _checked(LIBC.syscall(ctypes.c_long(NUMBERS[name]), *plain))


def control_process(option: int, value: int, more: int = 0) -> int:
    """prctl(2); raises OSError."""
    return _checked(LIBC.prctl(option, *(ctypes.c_ulong(one) for one in (value, more, 0, 0))))


def leave_namespaces(flags: int) -> None:
    """unshare(2); raises OSError."""
    system_call("unshare", flags)


def drop_capabilities() -> None:
    """Give up every capability, for good once no new privileges can be had; raises OSError."""
    header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0))
    system_call("capset", header, ctypes.create_string_buffer(bytes(24)))


def open_process(pid: int) -> int:
    """A descriptor of a child that has not been waited for; raises OSError."""
    return system_call("pidfd_open", pid, 0)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno() or errno.EINVAL
        raise OSError(number, os.strerror(number))
    return result
