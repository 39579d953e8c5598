"""The host's end of a zygote: starts it, has it fork, and hears which child ended how."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

from plugins.jail.bounds import DEFAULT_BOUNDS, Bounds
from plugins.jail.layers import ALL, Layer
from plugins.jail.pipes import Reader

# ``-S -s -P -B``: no site, no user's site, no current folder, no byte code. Not ``-I``, which drops the hash seed.
FLAGS = ("-S", "-s", "-P", "-B", "-X", "utf8")
BOOT = (
    "import json, sys; options = json.loads(sys.argv[2]); sys.path += options['path'];"
    "from plugins.jail.zygote import main; main(int(sys.argv[1]), options)"
)
_MESSAGE = 1 << 14
_SECONDS_TO_START = 20  # of a machine under load; it takes a tenth of one


class ZygoteGone(Exception):
    """The zygote is no longer there, or did not come up."""


def _code_paths() -> tuple[str, ...]:
    """Where ``plugins`` and pluggy lie."""
    found = (find_spec(name) for name in ("plugins", "pluggy"))
    return tuple(str(Path(spec.origin).parents[1]) for spec in found if spec is not None and spec.origin is not None)


@dataclass(frozen=True, slots=True)
class Setup:
    """How the jail is set up. ``user`` is who its processes become where the host is root: one that owns nothing.

    ``layers`` are those to build; fewer are for tests and measurements, and never satisfy the jail. Another
    ``hash_seed`` orders sets and dictionaries of text otherwise, which shows a scheme that depends on it.
    """

    bounds: Bounds = DEFAULT_BOUNDS
    user: int = 61100  # of those that neither distributions nor systemd give to anybody
    hash_seed: int = 0
    layers: frozenset[Layer] = ALL
    python: str = sys.executable
    path: tuple[str, ...] = field(default_factory=_code_paths)

    def as_json(self) -> str:
        """As the zygote reads it."""
        told = {"layers": sorted(self.layers), "user": self.user, "path": self.path, "memory": self.bounds.memory}
        return json.dumps(told)


@dataclass
class Child:
    """A fork: the ends of its two pipes, a handle to end it by, and how it ended."""

    request: int
    reader: Reader
    answer: int
    forked: asyncio.Future[int]
    ended: asyncio.Future[int]

    async def end(self) -> int:
        """Wait until it has ended; its exit code, negative for a signal. Raises ZygoteGone."""
        return await asyncio.shield(self.ended)  # whoever is tired of waiting does not take it from others

    async def kill(self) -> None:
        """End it, wherever it is, and wait until it has ended. Raises ZygoteGone.

        The handle is of this very process, whoever has its number by now; it may still be on its way.
        """
        handle = await asyncio.shield(self.forked)
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        await self.end()

    def close(self) -> None:
        """Close what the host holds of it; a fork that nobody waits for reads the end and goes."""
        for descriptor in (self.request, self.answer):
            os.close(descriptor)
        if self.forked.done() and not self.forked.cancelled() and not self.forked.exception():
            os.close(self.forked.result())
        self.forked.cancel()
        self.ended.cancel()


class ZygoteProcess:
    """One zygote. ``layers`` is what it told of its own walls, ``python`` its version, ``acts`` what it can try."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._children: dict[int, Child] = {}
        self._number = 0
        self._is_gone = False
        self.python = ""
        self.layers: dict[str, str] = {}
        self.acts: list[str] = []

    @classmethod
    async def start(cls, setup: Setup) -> "ZygoteProcess":
        """Start one and wait until it is walled in. Raises ZygoteGone with the reason."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                process = await _spawn(setup, theirs)
            except BaseException:
                ours.close()
                raise
        ours.setblocking(False)
        found = cls(process, ours)
        try:
            async with asyncio.timeout(_SECONDS_TO_START):
                await found._come_up()
        except (TimeoutError, ZygoteGone) as fault:
            said = await found.close()
            raise ZygoteGone(said or str(fault) or "it did not come up in time") from None
        except BaseException:
            await found.close()
            raise
        asyncio.get_running_loop().add_reader(ours, found._hear)
        return found

    @property
    def is_gone(self) -> bool:
        return self._is_gone

    @property
    def pid(self) -> int:
        return self._process.pid

    def fork(self, seconds: float) -> Child:
        """Have it fork a child that gets little more than so much processor time. Raises ZygoteGone."""
        if self._is_gone:
            raise ZygoteGone("the zygote has ended")
        loop = asyncio.get_running_loop()
        (request_read, request), (answer, answer_write) = _two_pipes()
        child = Child(request, Reader(answer), answer, loop.create_future(), loop.create_future())
        self._number += 1
        try:
            socket.send_fds(
                self._control, [f"{self._number} {ceil(seconds) + 1}".encode()], [request_read, answer_write]
            )
        except OSError as fault:
            child.close()
            self._lose()
            raise ZygoteGone(str(fault)) from None
        finally:
            os.close(request_read)
            os.close(answer_write)
        self._children[self._number] = child
        return child

    async def close(self) -> str:
        """End it and wait for it; its children go with it. Gives the last line that it wrote, if it wrote any."""
        self._lose()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        _, written = await self._process.communicate()
        lines = written.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    async def _come_up(self) -> None:
        loop = asyncio.get_running_loop()
        data = await loop.sock_recv(self._control, _MESSAGE)
        if not data:
            raise ZygoteGone("it ended before it was ready")
        said = json.loads(data)
        self.python, self.layers, self.acts = said["ready"], said["layers"], said["acts"]

    def _hear(self) -> None:
        try:
            data, handles, _, _ = socket.recv_fds(self._control, _MESSAGE, 1)
        except BlockingIOError:
            return
        except OSError:
            data, handles = b"", []
        if data:
            self._note(json.loads(data), handles)
        else:
            self._lose()

    def _note(self, said: dict[str, Any], handles: list[int]) -> None:
        match said:
            case {"forked": _} if not handles:
                self._lose()  # no descriptor was free for the handle, so that the fork could not be ended
            case {"forked": number}:
                _settle(self._children[number].forked, handles[0], os.close)
            case {"ended": number, "code": code}:
                _settle(self._children.pop(number).ended, code)
            case {"failed": number, "why": why}:
                _fail(self._children.pop(number), f"it cannot fork: {why}")

    def _lose(self) -> None:
        if self._is_gone:
            return
        self._is_gone = True
        with contextlib.suppress(RuntimeError):
            asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        for child in self._children.values():
            _fail(child, "the zygote has ended")
        self._children.clear()


def _two_pipes() -> tuple[tuple[int, int], tuple[int, int]]:
    """The request's and the answer's, neither blocking the host's end."""
    request = os.pipe2(os.O_CLOEXEC)
    try:
        answer = os.pipe2(os.O_CLOEXEC)
    except OSError:
        for descriptor in request:
            os.close(descriptor)
        raise
    os.set_blocking(request[1], False)
    os.set_blocking(answer[0], False)
    return request, answer


async def _spawn(setup: Setup, control: socket.socket) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            setup.python,
            *FLAGS,
            "-c",
            BOOT,
            str(control.fileno()),
            setup.as_json(),
            env={"PYTHONHASHSEED": str(setup.hash_seed)},
            pass_fds=(control.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd="/",
            start_new_session=True,
        )
    except OSError as fault:
        raise ZygoteGone(f"{setup.python}: {fault.strerror}") from None


def _settle(future: asyncio.Future[int], value: int, unwanted: Callable[[int], object] = lambda _: None) -> None:
    if future.done():
        unwanted(value)
    else:
        future.set_result(value)


def _fail(child: Child, why: str) -> None:
    for future in (child.forked, child.ended):
        if not future.done():
            future.set_exception(ZygoteGone(why))
            future.exception()  # whoever awaits it hears of it; nobody has to
