"""How a process of the jail ended, in words: by its exit code, or by the signal that ended it."""

import signal

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from plugins.jail.bounds import Bounds
from plugins.jail.offences import Misbehaved, Offence
from plugins.jail.replies import out_of_memory

_WHAT_IS_DEMANDED = Text(
    "方案的 Python 代码不在本机运行，声明式与已固化的方案不受影响；请在 Linux（x86_64 或 aarch64，内核 5.3 以上）"
    "上运行，容器须允许 prctl 与 seccomp（Docker 默认配置即可）",
    "Python of schemes does not run on this host, declared and frozen schemes go on; use Linux (x86_64 or aarch64, "
    "kernel 5.3 or newer), in a container that allows prctl and seccomp (Docker's default profile does)",
)


def unavailable(why: Text) -> GuantongError:
    """The error for a host on which the jail does not hold, with what to do."""
    what = Text(
        f"隔离不成立：{why.zh}。{_WHAT_IS_DEMANDED.zh}", f"the jail does not hold: {why.en}. {_WHAT_IS_DEMANDED.en}"
    )
    return GuantongError(ErrorCode.JAIL_UNAVAILABLE, what)


def too_late(seconds: float) -> Misbehaved:
    """The deadline passed, or the processor time was used up."""
    return Misbehaved(
        Offence.TIMED_OUT,
        Text(
            f"{seconds:g} 秒内未完成，已终止；请减少计算量",
            f"was not done within {seconds:g} seconds and was ended; compute less",
        ),
    )


def no_answer(code: int, seconds: float, bounds: Bounds) -> Misbehaved:
    """What an end without a whole answer means; ``code`` is negative for a signal."""
    if code == -signal.SIGSYS:
        return Misbehaved(
            Offence.FORBIDDEN,
            Text(
                "试图做隔离所禁止的系统调用（文件、网络、进程、线程、等待等），已终止；方案代码只能由证据计算",
                "made a system call that the jail forbids (file, network, process, thread, waiting or another) and was "
                "ended; scheme code may only compute from evidence",
            ),
        )
    if code == -signal.SIGXCPU:
        return too_late(seconds)
    if code == -signal.SIGKILL:  # not by us: the kernel was short of memory
        return out_of_memory(bounds)
    if code < 0:
        name = signal.Signals(-code).name
        return Misbehaved(Offence.CRASHED, Text(f"崩溃（{name}）；请改正", f"crashed ({name}); mend it"))
    return Misbehaved(
        Offence.CRASHED,
        Text(
            f"未作答即结束（退出码 {code}）；请由挂钩返回结果",
            f"ended by itself without an answer (exit code {code}); return from the hook",
        ),
    )
