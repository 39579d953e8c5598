"""The jail as the platform uses it: ``await jail.run(call)`` gives a result, or a coded error that names the scheme."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from core.errors import ErrorCode, GuantongError
from core.texts import Text
from plugins.jail.call import Call, Result
from plugins.jail.endings import no_answer, too_late, unavailable
from plugins.jail.host import Child, Setup, ZygoteGone, ZygoteProcess
from plugins.jail.layers import REQUIRED, Layers
from plugins.jail.offences import Misbehaved, Reports, Violation
from plugins.jail.pipes import Closed, TooMuch, write_all
from plugins.jail.replies import answers_in, malformed
from plugins.jail.slots import Slots
from plugins.jail.wire import HEADER

log = logging.getLogger("guantong.jail")
_FIRST_WORDS = 1 << 14  # bytes in which a child says which walls stand around it
_SECONDS_TO_TRY = 20.0  # an act, on a machine under load; it takes a few thousandths of one
_SECONDS_TO_DIE = 5.0  # of a process that was killed, until its zygote has said so


class Jail:
    """One zygote, started again should it ever end; a fresh fork for each call.

    Opened by ``open_jail``, which sets ``layers``: those that stood when it was tried. Each result has its own.
    """

    def __init__(self, setup: Setup, reports: Reports | None = None) -> None:
        self.setup = setup
        self._reports = reports
        self._zygote: ZygoteProcess | None = None
        self._starting = asyncio.Lock()
        self._is_closed = False
        self.layers = Layers(frozenset())
        self._slots = Slots(setup.bounds.at_once, setup.bounds.of_one_scheme)

    async def run(self, call: Call, seconds: float | None = None) -> Result:
        """Run a call in a process of its own, the event loop never blocked and the deadline covering all of it.

        ``seconds`` is another deadline than that of the bounds, as a table needs.
        Raises GuantongError: ``SCHEME_…`` for what the scheme did, ``JAIL_UNAVAILABLE`` for what the host lacks,
        ``UNAVAILABLE`` when the jail's own process ended. Raises ValueError for more than a call may send.
        """
        request = _framed(call.as_json(self.setup.bounds.text))
        if len(request) > self.setup.bounds.request:
            raise ValueError(f"a call of {len(request)} bytes is more than {self.setup.bounds.request}; divide it")
        async with self._slots.turn(call.scheme.digest):
            try:
                return await self._attempt(call, request, seconds or self.setup.bounds.seconds)
            except Misbehaved as fault:
                violation = Violation(call.scheme, call.hook, fault.offence, fault.what, fault.where)
        await self._report(violation)
        raise violation.error()

    async def try_act(self, act: str) -> tuple[bool, Layers]:
        """Have a fork try a forbidden act: whether a wall stopped it, and the walls around it. For the self-test."""
        async with self._fork(_SECONDS_TO_TRY) as (child, zygote):
            layers = await self._layers(child, zygote)
            await write_all(child.request, _framed({"act": act}))
            return await child.end() == -signal.SIGSYS, layers

    async def close(self) -> None:
        """End the zygote, and every call with it."""
        self._is_closed = True
        async with self._starting:
            if self._zygote is not None:
                await self._zygote.close()

    async def zygote(self) -> ZygoteProcess:
        """The zygote, started when it is not there. Raises JAIL_UNAVAILABLE, and UNAVAILABLE once it is closed."""
        async with self._starting:
            if self._is_closed:
                raise GuantongError(
                    ErrorCode.UNAVAILABLE, Text("服务正在停止；请稍后再试", "the server is stopping; try again")
                )
            if self._zygote is not None and self._zygote.is_gone:
                log.error("the jail's process ended (%s) and is started again", await self._zygote.close() or "killed")
            if self._zygote is None or self._zygote.is_gone:
                self._zygote = await _started(self.setup)
            return self._zygote

    async def _attempt(self, call: Call, request: bytes, seconds: float) -> Result:
        bounds = self.setup.bounds
        try:
            async with self._fork(seconds) as (child, zygote):
                layers = await self._layers(child, zygote)
                body = await _answered(child, request, bounds.answer)
                code = await child.end()
        except TimeoutError:
            raise too_late(seconds) from None
        except TooMuch:
            raise malformed("过长或不止一个", "it is too long, or more than one") from None
        if body is None or code != 0:
            raise no_answer(code, seconds, bounds)
        return Result(answers_in(body, call, bounds), layers, call.code.digest, zygote.python)

    @asynccontextmanager
    async def _fork(self, seconds: float) -> AsyncIterator[tuple[Child, ZygoteProcess]]:
        """A fork that has until the deadline, and is gone when the block is left, however it is left."""
        zygote = await self.zygote()
        try:
            child = zygote.fork(seconds)
            try:
                async with asyncio.timeout(seconds):
                    yield child, zygote
            finally:
                await _end(child, zygote)
        except ZygoteGone as fault:
            what = Text(f"隔离进程已中止（{fault}）；请重试", f"the jail's process ended ({fault}); try again")
            raise GuantongError(ErrorCode.UNAVAILABLE, what) from None

    async def _layers(self, child: Child, zygote: ZygoteProcess) -> Layers:
        """The walls around a fork, as it tells before it has read anything. Raises JAIL_UNAVAILABLE."""
        try:
            said = orjson.loads(await _frame(child, _FIRST_WORDS))
        except Closed:
            code = await child.end()
            why = Text(f"隔离进程的子进程提前结束（{code}）", f"a fork of its process ended early ({code})")
            raise unavailable(why) from None
        layers = Layers.of([zygote.layers, said["layers"]])
        demand(layers, self.setup)
        return layers

    async def _report(self, violation: Violation) -> None:
        log.warning("%s", violation.text)
        if self._reports is None:
            return
        try:
            await self._reports(violation)
        except Exception:
            log.exception("a violation could not be put on record")


def demand(layers: Layers, setup: Setup) -> None:
    """Raise JAIL_UNAVAILABLE when a wall that must stand does not, with what to do about it."""
    lacking = [(layer, why) for layer, why in layers.missing if layer in REQUIRED & setup.layers]
    if lacking:
        told = "; ".join(f"{layer}: {why}" for layer, why in lacking)
        raise unavailable(Text(f"缺少必需的隔离层（{told}）", f"walls that must stand do not ({told})"))


async def _started(setup: Setup) -> ZygoteProcess:
    try:
        return await ZygoteProcess.start(setup)
    except ZygoteGone as fault:
        raise unavailable(Text(f"隔离进程未能启动（{fault}）", f"its process did not start ({fault})")) from None


async def _answered(child: Child, request: bytes, most: int) -> bytes | None:
    """The one frame that answers, None when the child ends before; TooMuch when it is too long or not the last."""
    try:
        await write_all(child.request, request)
        body = await _frame(child, most)
    except Closed:
        return None
    await child.reader.nothing_more()
    return body


async def _frame(child: Child, most: int) -> bytes:
    (length,) = HEADER.unpack(await child.reader.exactly(HEADER.size))
    if length > most:
        raise TooMuch
    return await child.reader.exactly(length)


async def _end(child: Child, zygote: ZygoteProcess) -> None:
    """Kill a fork and wait until it is gone; should it not go, its zygote goes, and it with it."""
    try:
        async with asyncio.timeout(_SECONDS_TO_DIE):
            await child.kill()
    except TimeoutError:
        log.critical("a process of the jail could not be ended; its zygote is ended")
        await zygote.close()
    except ZygoteGone:
        pass
    finally:
        child.close()


def _framed(value: Any) -> bytes:
    data = orjson.dumps(value)
    return HEADER.pack(len(data)) + data
