"""Opens the jail: builds the walls, then tries every forbidden act against them before any scheme is let in."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from core.errors import GuantongError
from core.texts import Text
from plugins.jail.call import Call, Result
from plugins.jail.endings import unavailable
from plugins.jail.host import Setup
from plugins.jail.jail import Jail
from plugins.jail.layers import Layers
from plugins.jail.offences import Reports


class Runner(Protocol):
    """What runs scheme code: the port for whoever needs points or facts that a scheme computes."""

    async def run(self, call: Call, seconds: float | None = None) -> Result:
        """Raises GuantongError: ``SCHEME_…`` for what the scheme did, ``JAIL_UNAVAILABLE`` for what the host lacks."""


@dataclass(frozen=True, slots=True)
class NoJail:
    """In place of a jail where none holds: refuses every call with the reason, and everything else goes on."""

    reason: GuantongError

    async def run(self, call: Call, seconds: float | None = None) -> Result:
        raise self.reason


@asynccontextmanager
async def open_jail(setup: Setup | None = None, reports: Reports | None = None) -> AsyncIterator[Jail]:
    """A jail that has passed its self-test. Raises JAIL_UNAVAILABLE, which says what is missing and what to do."""
    if sys.platform != "linux":
        raise unavailable(Text(f"操作系统为 {sys.platform}", f"the operating system is {sys.platform}"))
    jail = Jail(setup or Setup(), reports)
    try:
        jail.layers = await self_test(jail)
        yield jail
    finally:
        await jail.close()


@asynccontextmanager
async def open_jail_or_none(setup: Setup | None = None, reports: Reports | None = None) -> AsyncIterator[Runner]:
    """The same for a server, which starts without a jail too, and refuses what needs one."""
    try:
        opened = open_jail(setup, reports)
        jail = await opened.__aenter__()
    except GuantongError as reason:
        yield NoJail(reason)
        return
    try:
        yield jail
    finally:
        await opened.__aexit__(None, None, None)


async def self_test(jail: Jail) -> Layers:
    """Try every forbidden act in a fork of its own; the walls that stood. Raises JAIL_UNAVAILABLE where one works."""
    zygote = await jail.zygote()
    worked = []
    layers = Layers(frozenset())
    for act in zygote.acts:
        was_refused, layers = await jail.try_act(act)
        if not was_refused:
            worked.append(act)
    if layers.lacking:
        told = "; ".join(f"{layer}: {why}" for layer, why in layers.lacking)
        raise unavailable(Text(f"缺少必需的隔离层（{told}）", f"walls that must stand do not ({told})"))
    if worked or not zygote.acts:
        told = ", ".join(worked) or "nothing could be tried"
        raise unavailable(
            Text(f"自检未通过，下列行为未被拒绝：{told}", f"in its self-test these were not refused: {told}")
        )
    return layers
