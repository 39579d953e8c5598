"""The zygote: a small process that has loaded all a scheme may use, then walled itself in, and forks for each call.

It runs no scheme's code and learns no secret, so that a fork of it has nothing to give away. Whatever a scheme does to
its own process is gone with it. The zygote ends when the host's end of its socket closes.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from typing import Any

from plugins.jail import worker
from plugins.jail.acts import ACTS
from plugins.jail.kernel import open_process
from plugins.jail.locking import ANSWER, REQUEST, lock_child, lock_zygote
from plugins.jail.modules import preload

MESSAGE = 4096


class Zygote:
    """Forks when it is told to, and tells which child ended how."""

    def __init__(self, control: socket.socket, options: dict[str, Any]) -> None:
        self._control = control
        self._options = options
        self._numbers: dict[int, int] = {}  # of calls, by process
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> None:
        """Serve until the host is gone."""
        signal.signal(signal.SIGCHLD, _noted)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._woken], [], [])
            if self._woken in ready:
                os.read(self._woken, MESSAGE)
                self._collect()
            if self._control.fileno() in ready:
                data, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 2)
                if not data:
                    return
                number, cpu_seconds = map(int, data.split())
                self._fork(number, cpu_seconds, descriptors)

    def _fork(self, number: int, cpu_seconds: int, descriptors: list[int]) -> None:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as fault:
            self._tell({"failed": number, "why": str(fault)})
        else:
            if pid == 0:
                self._become_child(parent, cpu_seconds, *descriptors)
            self._numbers[pid] = number
            handle = open_process(pid)
            self._tell({"forked": number}, handle)
            os.close(handle)
        for descriptor in descriptors:
            os.close(descriptor)

    def _become_child(self, parent: int, cpu_seconds: int, request: int, answer: int) -> None:
        """Never returns, whatever happens."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _move(request, answer)
            options = self._options
            outcome = lock_child(options["layers"], parent, options["memory"], cpu_seconds)
            worker.serve(outcome)
        finally:
            os._exit(1)

    def _collect(self) -> None:
        while self._numbers:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._tell({"ended": self._numbers.pop(pid), "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, Any], *descriptors: int) -> None:
        socket.send_fds(self._control, [json.dumps(message).encode()], list(descriptors))


def _noted(_signal: int, _frame: object) -> None:
    """The wake-up descriptor says it."""


def _move(request: int, answer: int) -> None:
    """The pipes to where the filter expects them; standard input, output and error are closed."""
    high = max(request, answer, ANSWER) + 1
    os.dup2(request, high)
    os.dup2(answer, high + 1)
    os.dup2(high, REQUEST)
    os.dup2(high + 1, ANSWER)
    os.closerange(0, REQUEST)


def main(descriptor: int, options: dict[str, Any]) -> None:
    """Load, wall in, say so, serve."""
    control = socket.socket(fileno=os.dup(descriptor))  # a low number, below the limit of descriptors
    os.close(descriptor)
    forgotten = preload()
    outcome = lock_zygote(options["layers"], options["user"])
    gc.collect()
    gc.freeze()  # children share these pages instead of copying them
    python = ".".join(map(str, sys.version_info[:3]))
    control.send(json.dumps({"ready": python, "layers": outcome, "acts": list(ACTS)}).encode())
    Zygote(control, options).run()
    del forgotten
