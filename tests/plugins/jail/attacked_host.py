"""A host of its own for the jail, as whoever it is told to be: takes the name of an attack, tells what came of it.

Run as ``python -m tests.plugins.jail.attacked_host IDENTITY FOLDER PYTHON``. One line of JSON in, one out. All is
imported before rights are given up, so that only the jail's own start depends on what an ordinary user may read.
"""

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import GuantongError
from plugins.jail.bounds import Bounds
from plugins.jail.call import Call, Result
from plugins.jail.host import Setup
from plugins.jail.jail import Jail
from plugins.jail.layers import ALL, Layer
from plugins.jail.opening import self_test
from tests.plugins.jail.attack import SECRET, Attack, bystander
from tests.plugins.jail.attacked_world import World
from tests.plugins.jail.attacks import ATTACKS
from tests.plugins.jail.identities import IDENTITIES

# Others have time on a machine under load; what lasts until its deadline has a short one.
BOUNDS = Bounds(seconds=30)
DEADLINE = 0.5


class AttackedHost:
    """A world, a jail, and others with fewer walls for showing what an attack would do."""

    def __init__(self, folder: Path, python: str) -> None:
        marker = folder.name
        path = (str(folder / "code"), f"/nowhere/{marker}")
        self.world = World(folder / "world", marker)
        self._setup = Setup(bounds=BOUNDS, python=python, path=path)
        self._jails: dict[frozenset[Layer], Jail] = {}
        self._number = 0

    def jail(self, layers: frozenset[Layer] = ALL) -> Jail:
        """The jail with these walls."""
        if layers not in self._jails:
            self._jails[layers] = Jail(replace(self._setup, layers=layers))
        return self._jails[layers]

    async def close(self) -> None:
        for jail in self._jails.values():
            await jail.close()
        self.world.close()

    async def attacked(self, attack: Attack, jail: Jail) -> dict[str, Any]:
        """What came of an attack: how it ended, what harm it did, how others fared meanwhile and afterwards."""
        zygote = await jail.zygote()
        pid = zygote.pid
        call = attack.call(self.world.told())
        ended, meanwhile = await asyncio.gather(_ended(jail, call, attack.lasts), self._bystander(jail))
        zygotes = frozenset([(await one.zygote()).pid for one in self._jails.values()])
        harms = list(self.world.harms(zygotes))
        harms += ["secret"] if SECRET in json.dumps(ended) else []
        harms += ["did it"] if "done" in str(ended.get("loot", "")) else []
        harms += ["zygote gone"] if zygote.is_gone or (await jail.zygote()).pid != pid else []
        self.world.reset(zygotes)
        return {**ended, "harms": harms, "meanwhile": meanwhile, "afterwards": await self._bystander(jail)}

    async def _bystander(self, jail: Jail) -> Any:
        self._number += 1
        return (await _ended(jail, bystander(self._number)))["loot"]


async def _ended(jail: Jail, call: Call, lasts: bool = False) -> dict[str, Any]:
    try:
        found: Result = await jail.run(call, DEADLINE if lasts else None)
    except GuantongError as fault:
        return {"code": fault.code, "message": str(fault), "loot": None}
    [facts] = found.facts
    loot = {fact.key: fact.value for fact in facts}
    return {"code": None, "message": "", "loot": loot, "layers": found.layers.as_json()}


async def _tested(host: AttackedHost) -> dict[str, Any]:
    try:
        layers = await self_test(host.jail())
    except GuantongError as fault:
        return {"code": fault.code, "message": str(fault)}
    return {"code": None, "message": "", **layers.as_json()}


async def _answer(host: AttackedHost, asked: dict[str, str]) -> dict[str, Any]:
    if "attack" not in asked:
        return await _tested(host)
    layers = frozenset(map(Layer, asked["layers"].split())) if "layers" in asked else ALL
    return await host.attacked(ATTACKS[asked["attack"]], host.jail(layers))


def main() -> None:
    """Become somebody, then serve until standard input ends."""
    identity, folder, python = sys.argv[1:]
    IDENTITIES[identity]()
    host = AttackedHost(Path(folder), python)
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(runner.run(_answer(host, json.loads(line)))) + "\n")
            sys.stdout.flush()
        runner.run(host.close())


if __name__ == "__main__":
    main()
